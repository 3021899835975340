import { z } from 'zod';
import { text } from '../fields';
import { defineNode } from '../node-type';
import { CODE_SECRETS_NOTE, codeNode, codeParams } from './code';

const LONGEST_QUERY = 64 * 1_024;

export const jsonata = defineNode({
  doc: {
    summary: 'Reshapes data with a JSONata query, for transforms that are richer than expressions.',
    params: [
      { name: 'expression', required: true, text: 'JSONata source. Never templated: data comes through `input`.' },
      { name: 'input', text: 'The document that is queried; default the input of the run.' },
      { name: 'timeout', text: 'Limit of the evaluation: default 1s, at most 10s.' },
    ],
    output: 'The result, as JSON (null when the query finds nothing).',
    actions: '`default`',
    notes: [
      'Runs in its own thread with limits on time, steps and sizes; regular expressions run in linear time.',
      CODE_SECRETS_NOTE,
    ],
    example: `
nodes:
  shape:
    type: jsonata
    params:
      input: '{{ input.orders }}'
      expression: |
        $.{ "id": id, "total": $sum(lines.price) }
`,
  },
  kinds: { literal: ['expression', 'timeout'], secretCapable: ['input'] },
  params: z.strictObject({ expression: text.max(LONGEST_QUERY), ...codeParams }),
  ...codeNode,
  lower: ({ expression, input = '{{ input }}', timeout }) => ({
    kind: 'call',
    activity: 'jsonata',
    params: { expression, input, timeout },
    rawParams: ['expression'],
  }),
});
