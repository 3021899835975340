import { compact } from '../../flow';
import { z } from 'zod';
import { text } from '../fields';
import { defineNode } from '../node-type';
import { CODE_SECRETS_NOTE, codeNode, codeParams } from './code';

const LONGEST_CODE = 256 * 1_024;

export const script = defineNode({
  doc: {
    summary: 'Runs JavaScript in a sandbox without network, files, clock or host objects.',
    params: [
      { name: 'code', required: true, text: 'Body of a function with `return`. Never templated: data comes through `input`.' },
      { name: 'input', text: 'What the code sees as `input`; expressions are allowed here.' },
      { name: 'timeout', text: 'Limit of the code: default 1s, at most 10s.' },
    ],
    output: 'The returned value, as JSON.',
    actions: '`default`',
    notes: [
      'Endless loops, too much memory, deep recursion and huge strings end as a failure of this node (`script_timeout`, `script_memory`, `script_error`); other runs go on.',
      '`console.log` lines go to the log of the run. `Date.now` and `Math.random` are fixed per node run, so that a repeat gives the same result.',
      CODE_SECRETS_NOTE,
    ],
    example: `
nodes:
  score:
    type: script
    params:
      input: '{{ input.answers }}'
      code: |
        let points = 0;
        for (const answer of input) points += answer.right ? 10 : -2;
        return { points };
    next: report
  report:
    type: log
    params: { message: '{{ nodes.score.points }} points' }
`,
  },
  kinds: { literal: ['code', 'timeout'], secretCapable: ['input'] },
  params: z.strictObject({ code: text.max(LONGEST_CODE), ...codeParams }),
  ...codeNode,
  lower: (value) => ({ kind: 'call', activity: 'script', params: compact(value), rawParams: ['code'] }),
});
