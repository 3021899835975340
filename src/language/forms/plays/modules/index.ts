import { enumeration, router, subflow } from './control';
import { arrayFilter, arrayMap, base64Decode, base64Encode, regex, template, urlDecode, urlEncode, variables } from './data';
import type { PlaysModule } from './module';
import { curl, kvAppend, kvGet, kvSet, sendMail, wget } from './outside';

/** Modules that are one node each. `iterator` and `aggregator` shape the frames around them: see frames.ts. */
export const MODULES: Readonly<Record<string, PlaysModule>> = {
  router,
  enumeration,
  subflow,
  var: variables,
  template,
  regex,
  'base64-encode': base64Encode,
  'base64-decode': base64Decode,
  'url-encode': urlEncode,
  'url-decode': urlDecode,
  'array-filter': arrayFilter,
  'array-map': arrayMap,
  curl,
  wget,
  'kv-set': kvSet,
  'kv-get': kvGet,
  'kv-append': kvAppend,
  'send-mail': sendMail,
};

export const MODULE_NAMES: readonly string[] = [...Object.keys(MODULES), 'iterator', 'aggregator'];
