import { compact } from '../../flow';
import { z } from 'zod';
import { anyValue, durationOrTemplate, orTemplate, text } from '../fields';
import { defineNode } from '../node-type';

const STORE_TIMEOUT_MS = 5_000;

const key = text.max(4_096);
const ttl = durationOrTemplate().optional();
const number = orTemplate(z.number());

const params = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('get'), key }),
  z.strictObject({ operation: z.literal('set'), key, value: anyValue, ttl }),
  z.strictObject({ operation: z.literal('delete'), key }),
  z.strictObject({
    operation: z.literal('list'),
    prefix: z.string().default(''),
    limit: orTemplate(z.number().int().min(1).max(1_000)).default(100),
  }),
  z.strictObject({ operation: z.literal('increment'), key, amount: number.default(1) }),
  z.strictObject({ operation: z.literal('append'), key, value: anyValue }),
]);

export const store = defineNode({
  doc: {
    summary: 'Reads and writes the key-value store of the workspace.',
    params: [
      { name: 'operation', required: true, text: '`get`, `set`, `delete`, `list`, `increment` or `append`.' },
      { name: 'key', required: true, text: 'The key (not for `list`).' },
      { name: 'value', text: 'set, append: what is stored.' },
      { name: 'ttl', text: 'set: the entry expires after this time.' },
      { name: 'amount', text: 'increment: default 1, may be negative.' },
      { name: 'prefix', text: 'list: only keys that start so.' },
      { name: 'limit', text: 'list: at most this many entries; default 100, at most 1000.' },
    ],
    output:
      'get: `{value, found}`. increment: the new number. append: the new list. list: a list of `{key, value}`. set: the value. delete: true when there was one.',
    actions: '`default`',
    notes: ['Writes carry an id of their attempt, so that a repeat after a crash changes nothing twice.'],
    example: `
nodes:
  visits:
    type: store
    params: { operation: increment, key: 'visits/{{ input.user }}' }
    next: remember
  remember:
    type: store
    params: { operation: set, key: 'last/{{ input.user }}', value: '{{ nodes.visits }}', ttl: 30d }
`,
  },
  kinds: { literal: ['operation'] },
  unsupported: { filter: 'Filters on stored values are not supported; list by `prefix` and filter in an expression.' },
  unsupportedValues: {
    operation: {
      query: 'Queries on stored values are not supported; use `list` with a `prefix`.',
      save: 'The operation `save` is not supported; use `set`.',
      load: 'The operation `load` is not supported; use `get`.',
    },
  },
  params,
  actions: [],
  execution: (value) => (value.operation === 'list' ? ['activity', 'local'] : ['local', 'activity']),
  attemptTimeoutMs: STORE_TIMEOUT_MS,
  lower: (value) => ({ kind: 'call', activity: 'store', params: compact(value) }),
});
