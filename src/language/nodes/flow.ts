import { z } from 'zod';
import { anyValue, orTemplate, text } from '../fields';
import { defineNode } from '../node-type';

export const flow = defineNode({
  doc: {
    summary: 'Starts another flow as a run of its own.',
    params: [
      { name: 'flow', required: true, text: 'Id or name of the flow.' },
      { name: 'version', text: 'Version number; default the published one when the node starts.' },
      { name: 'input', text: 'Input of the run; default an empty object.' },
      { name: 'mode', text: '`wait` (default): the node ends when that run does. `detach`: it answers at once.' },
    ],
    output: 'wait: the output of the other run. detach: `{runId}`.',
    actions: '`default`',
    notes: [
      'A failed sub-flow fails the node with its failure as cause. Cancel and hold of this run reach a sub-flow that is waited for.',
    ],
    example: `
nodes:
  invoice:
    type: flow
    params:
      flow: make-invoice
      input: { orderId: '{{ input.orderId }}' }
    retry: { maxAttempts: 2, delay: 5s }
`,
  },
  kinds: { literal: ['mode'] },
  params: z.strictObject({
    flow: text,
    version: orTemplate(z.number().int().min(1)).optional(),
    input: anyValue.default({}),
    mode: z.enum(['wait', 'detach']).default('wait'),
  }),
  actions: [],
  execution: ['inline'],
  lower: ({ flow: name, version, input, mode }) => ({
    kind: 'flow',
    flow: name,
    ...(version === undefined ? {} : { version }),
    input,
    mode,
  }),
});
