import { z } from 'zod';
import { anyValue, duration, text } from '../fields';
import { defineNode } from '../node-type';
import { check } from '../shape';
import { compact } from './compact';

export const SCRIPT_TIMEOUT_MS = 1_000;
const LONGEST_SCRIPT_MS = 10_000;
/** Added to the code's own limit for the attempt, so that the code's limit speaks first: start of a sandbox, transport. */
export const SCRIPT_SLACK_MS = 10_000;
const LONGEST_CODE = 256 * 1_024;

export const scriptTimeout = z
  .number()
  .check(
    check((ms: number) =>
      ms > LONGEST_SCRIPT_MS
        ? { code: 'invalid_duration', message: 'Code may run 10s at most; write a shorter limit.' }
        : undefined,
    ),
  );

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
  kinds: { literal: ['code', 'timeout'] },
  params: z.strictObject({
    code: text.max(LONGEST_CODE),
    input: anyValue.optional(),
    timeout: duration().pipe(scriptTimeout).optional(),
  }),
  actions: [],
  execution: ['activity'],
  attemptTimeoutMs: (value) => (value.timeout ?? SCRIPT_TIMEOUT_MS) + SCRIPT_SLACK_MS,
  lower: ({ code, input, timeout }) => ({
    kind: 'call',
    activity: 'script',
    params: compact({ code, input, timeout: timeout ?? SCRIPT_TIMEOUT_MS }),
    rawParams: ['code'],
  }),
});
