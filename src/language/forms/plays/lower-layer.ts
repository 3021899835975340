import type { JsonObject } from '../../../flow';
import type { IssueList } from '../../issues';
import { checkShape } from '../../shape';
import type { PlaysLayer, PlaysRetry } from './document';
import { whenOf } from './filters';
import { outputOf, type Names } from './expressions/translate';
import type { LoweredModule, PlaysModule } from './modules/module';
import { createTranslator, type Translator } from './report';
import type { ReadLayer } from './reading';

/** What a layer's own nodes are called: two dashes, which no ref has. */
export const partOf = (ref: string, part: string): string => `${ref}--${part}`;

const readOf = (ref: string, at: number): string => partOf(ref, `kv${at}`);

/** Stands for a layer with a fault, so that the checks that follow find its name. */
export const placeholder = (): JsonObject => ({ type: 'transform', params: { output: null } });

/** A layer as one node of ours: the module itself, or a group when people or the store are asked before it. */
export const lowerLayer = (
  read: ReadLayer & { readonly layer: PlaysLayer },
  module: PlaysModule,
  names: Names,
  issues: IssueList,
): JsonObject => {
  const { layer, place } = read;
  const argsPlace = [...place, 'args'];
  const reads: string[] = [];
  const kv = (key: string): string => {
    const known = reads.indexOf(key);
    const at = known < 0 ? reads.push(key) : known + 1;
    return outputOf(readOf(layer.ref, at), ['value']);
  };
  const translator = createTranslator({ ...names, kv }, argsPlace, issues);
  const args = checkShape(module.args, layer.args, argsPlace, issues);
  if (args === undefined) return placeholder();
  const lowered = translator.attempt(argsPlace, undefined, () => module.lower(args as JsonObject, translator));
  const frame = frameOf(layer, read, names, issues);
  const approval = approvalOf(layer, translator);
  if (lowered === undefined || translator.failed || frame === undefined) return placeholder();
  return assembleLayer(layer, frame, workOf(layer, lowered, module.outside), { approval, reads });
};

/** What is said about the whole of a layer. Undefined when a filter has a fault. */
export const frameOf = (layer: PlaysLayer, { place }: ReadLayer, names: Names, issues: IssueList): JsonObject | undefined => {
  const filters = createTranslator(names, place, issues);
  const whens = layer.filters.map((filter, at) =>
    filters.attempt([...place, 'filters', at], undefined, () => whenOf([filter], names)),
  );
  if (filters.failed) return undefined;
  const when = whens.length === 0 ? undefined : whenOf(layer.filters, names);
  const { name, deferAfterMs = 0, onError } = layer;
  return {
    ...(name === undefined ? {} : { name }),
    ...(when === undefined ? {} : { when }),
    ...(deferAfterMs === 0 ? {} : { defer: `${Math.round(deferAfterMs)}ms` }),
    ...(onError === 'fail' ? {} : { onError }),
  };
};

/** What is said about the work of a layer: its tries. */
export const workOf = (layer: PlaysLayer, lowered: LoweredModule, outside: boolean): JsonObject => {
  const { type, params, outputMap, timeout } = lowered;
  const seconds = layer.timeout ?? timeout;
  return {
    type,
    params,
    ...(outputMap === undefined ? {} : { outputMap: { ...outputMap } }),
    ...(outside && layer.retry !== undefined ? { retry: toRetry(layer.retry) } : {}),
    ...(outside && seconds !== undefined ? { timeout: { attempt: `${Math.round(seconds * 1_000)}ms` } } : {}),
  };
};

/** `count` retries come after the first try; each failure is one, except those that another try cannot mend. */
const toRetry = ({ count, delayMs, backoffMultiplier, jitter }: PlaysRetry): JsonObject => ({
  maxAttempts: count + 1,
  delay: `${Math.round(delayMs)}ms`,
  backoff: backoffMultiplier,
  maxDelay: '366d',
  jitter: jitter === true ? 0.2 : jitter === false ? 0 : jitter,
  on: ['*'],
  notOn: ['expression_error', 'invalid_params'],
});

const ANYONE = ['role:admin', 'role:operator', 'role:user'];

/** Params of the approval in front of a layer. `true` asks anyone who may decide, who started the play included. */
const approvalOf = ({ needsApproval, name, ref }: PlaysLayer, { template }: Translator): JsonObject | undefined => {
  if (needsApproval === false) return undefined;
  const title = `Approve ${name ?? ref}`;
  if (needsApproval === true) return { title, approvers: ANYONE, allowSelf: true };
  const { onTimeout, ...params } = template(needsApproval) as JsonObject;
  // The contract says declined, the node type rejected.
  const decision = onTimeout === 'declined' ? 'rejected' : onTimeout;
  return { title, approvers: ANYONE, ...params, ...(decision === undefined ? {} : { onTimeout: decision }) };
};

/** Asked before the work, in this order: people, then the store. */
export const assembleLayer = (
  { ref }: PlaysLayer,
  frame: JsonObject,
  work: JsonObject,
  before: { readonly approval: JsonObject | undefined; readonly reads: readonly string[] },
): JsonObject => {
  const { approval, reads } = before;
  if (approval === undefined && reads.length === 0) return { ...work, ...frame };
  const asks = partOf(ref, 'approval');
  const nodes: JsonObject = {};
  if (approval !== undefined) nodes[asks] = { type: 'approval', params: { ...approval, declined: 'fail' } };
  for (const [at, key] of reads.entries())
    nodes[readOf(ref, at + 1)] = {
      type: 'store',
      params: { operation: 'get', key: `{{ ${key} }}` },
      ...(approval === undefined ? {} : { needs: [asks] }),
    };
  const first = Object.keys(nodes);
  nodes[partOf(ref, 'run')] = { ...work, needs: reads.length === 0 ? first : first.filter((id) => id !== asks) };
  return { type: 'group', ...frame, nodes };
};
