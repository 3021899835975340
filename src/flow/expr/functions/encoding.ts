import { hasOwn, isArray, parseJsonText } from '../globals';
import { md5 } from '@noble/hashes/legacy';
import { bytesToHex } from '@noble/hashes/utils';
import { sha256Hex } from '../../hash';
import type { Json } from '../../json';
import { fault } from '../fault';
import { COST } from '../frame';
import { chargeText, jsonText } from '../values';
import { fromBase64, toBase64 } from './base64';
import { anyArg, heavy, helper, textArg, type Call, type Helpers } from './call';

const hashed = (digest: (text: string) => string) =>
  heavy(
    helper(1, (call) => {
      const text = textArg(call, 0);
      call.meter.spend(text.length * COST.hashedChar);
      return digest(text);
    }),
  );

/** The text, charged for building one of up to `factor` times its length. */
const grown = (call: Call, factor: number): string => {
  const text = textArg(call, 0);
  chargeText(call.meter, text.length * factor);
  return text;
};

const base64Decode = (call: Call): Json => {
  const bytes = fromBase64(grown(call, 1));
  if (bytes === undefined) return fault('base64Decode() got text that is not base64');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fault('base64Decode() got bytes that are not UTF-8 text; use a script node for binary data');
  }
};

const uri = (call: Call, factor: number, change: (text: string) => string): Json => {
  const text = grown(call, factor);
  try {
    return change(text);
  } catch {
    return fault(`${call.name}() got text that is not well formed`);
  }
};

const PROTO = '__proto__';
const hasProtoMember = (value: Json): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (isArray(value) ? value.some(hasProtoMember) : hasOwn(value, PROTO) || Object.values(value).some(hasProtoMember));

const DEEPEST = 200;

/** Whether brackets outside of strings nest deeper than any value may. */
const isTooDeep = (text: string): boolean => {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    if (depth > DEEPEST) return true;
  }
  return false;
};

const parseJson = (call: Call): Json => {
  const text = grown(call, 1);
  call.meter.spend(text.length * COST.char * 3);
  if (isTooDeep(text)) return fault(`parseJson() got a value that is nested more than ${DEEPEST} deep`);
  let value: Json;
  try {
    value = parseJsonText(text) as Json;
  } catch {
    return fault('parseJson() got text that is not JSON');
  }
  // The name may be written with escapes.
  const mayHaveProto = text.includes(PROTO) || text.includes('\\u');
  if (mayHaveProto && hasProtoMember(value)) return fault('parseJson() got a map with the member `__proto__`');
  return value;
};

export const ENCODING_HELPERS: Helpers = {
  json: helper(1, (call) => jsonText(anyArg(call, 0), call.meter)),
  parseJson: helper(1, parseJson),
  base64Encode: helper(1, (call) => toBase64(new TextEncoder().encode(grown(call, 4)))),
  base64Decode: helper(1, base64Decode),
  urlEncode: helper(1, (call) => uri(call, 3, encodeURIComponent)),
  urlDecode: helper(1, (call) => uri(call, 1, decodeURIComponent)),
  sha256: hashed(sha256Hex),
  md5: hashed((text) => bytesToHex(md5(text))),
};
