import { z } from 'zod';
import { anyValue, text } from '../fields';
import { defineNode } from '../node-type';

const ENDS_NOTE =
  'The node ends the run at once: other running nodes are cancelled, then `finally` runs. It has no edges and no error handling.';

export const succeed = defineNode({
  doc: {
    summary: 'Ends the run well.',
    params: [
      { name: 'state', text: '`DONE` (default), or `SKIP`: the flow declined.' },
      { name: 'output', text: 'Output of the run; else the output of the last node that ended (or the flow’s own `output`).' },
    ],
    output: 'The given output.',
    actions: 'None: the run ends.',
    notes: [ENDS_NOTE],
    example: `
nodes:
  old:
    type: condition
    params: { if: 'input.age > 30' }
    next: { 'true': decline, 'false': accept }
  decline:
    type: succeed
    params: { state: SKIP, output: { reason: 'too old' } }
  accept:
    type: succeed
    params: { output: accepted }
`,
  },
  kinds: { literal: ['state'] },
  params: z.strictObject({ state: z.enum(['DONE', 'SKIP']).default('DONE'), output: anyValue.optional() }),
  actions: [],
  execution: ['inline'],
  ends: true,
  lower: ({ state, output }) => ({ kind: 'succeed', state, ...(output === undefined ? {} : { output }) }),
});

export const fail = defineNode({
  doc: {
    summary: 'Ends the run as failed.',
    params: [
      { name: 'message', required: true, text: 'One sentence for people.' },
      { name: 'code', text: 'A word for programs, best in snake_case; default `failed`.' },
    ],
    output: 'None.',
    actions: 'None: the run ends.',
    notes: [ENDS_NOTE],
    example: `
nodes:
  guard:
    type: condition
    params: { if: 'has(input.orderId)' }
    next: { 'true': go, 'false': refuse }
  refuse:
    type: fail
    params: { code: no_order_id, message: 'The input has no orderId' }
  go:
    type: transform
    params: { output: '{{ input.orderId }}' }
`,
  },
  params: z.strictObject({ message: text, code: text.default('failed') }),
  actions: [],
  execution: ['inline'],
  ends: true,
  lower: ({ code, message }) => ({ kind: 'fail', code, message }),
});
