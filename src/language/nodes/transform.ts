import { z } from 'zod';
import { anyValue, text } from '../fields';
import { defineNode } from '../node-type';
import { codeNode, codeParams } from './code';

const output = z.strictObject({ output: anyValue });
const script = z.strictObject({ script: text, ...codeParams });
type Params = { output: z.infer<typeof anyValue> } | z.infer<typeof script>;

export const transform = defineNode<Params>({
  doc: {
    summary: 'Computes a value from what the run knows.',
    params: [
      { name: 'output', required: true, text: 'Any value with expressions in it: it becomes the output.' },
      {
        name: 'script',
        text: 'Instead of `output`: the body of a JavaScript function with `return`. The node is then a [script](script.md).',
      },
      { name: 'input', text: 'With `script`: what the code sees as `input`; default the input of the run.' },
      { name: 'timeout', text: 'With `script`: limit of the code, default 1s, at most 10s.' },
    ],
    output: 'The computed value.',
    actions: '`default`',
    notes: ['With `output` the node runs inside the workflow and writes nothing to its history.'],
    example: `
nodes:
  total:
    type: transform
    params:
      output:
        net: '{{ sum(input.prices) }}'
        gross: '{{ sum(input.prices) * 1.19 }}'
        customer: "{{ input.customer ?? 'unknown' }}"
`,
  },
  kinds: { literal: ['script', 'timeout'] },
  params: (raw): z.ZodType<Params> => (raw['script'] === undefined ? output : script),
  actions: [],
  execution: (value) => ('script' in value ? ['activity'] : ['inline']),
  attemptTimeoutMs: (value) => ('script' in value ? codeNode.attemptTimeoutMs(value) : undefined),
  lower: (value) =>
    'script' in value
      ? {
          kind: 'call',
          activity: 'script',
          params: { code: value.script, input: value.input ?? '{{ input }}', timeout: value.timeout },
          rawParams: ['code'],
        }
      : { kind: 'value', output: value.output },
});
