import { z } from 'zod';
import { LIMITS } from '../../flow';
import { anyValue, duration, expression, hasTemplate, NAME } from '../fields';
import { defineNode } from '../node-type';
import { ROOTS } from '../roots';
import { check } from '../shape';

const items = anyValue.check(
  check((value) => {
    if (typeof value === 'string')
      return hasTemplate(value) ? undefined : { message: '`items` is a list or an expression that gives one; write "{{ … }}".' };
    if (!Array.isArray(value)) return { message: '`items` is a list or an expression that gives one.' };
    return value.length > LIMITS.loopItems
      ? { message: `A loop takes at most ${LIMITS.loopItems} items; split the list.` }
      : undefined;
  }),
);

const as = z.string().check(
  check((value) => {
    if (!NAME.test(value) || value.includes('-')) return { message: '`as` names a variable: letters, digits and `_`.' };
    return value !== 'item' && ROOTS.includes(value)
      ? { message: `\`${value}\` has a meaning of its own in expressions; choose another name.` }
      : undefined;
  }),
);

const iterations = z.number().int().min(1).max(LIMITS.loopItems);

const params = z
  .strictObject({
    items: items.optional(),
    while: expression.optional(),
    until: expression.optional(),
    as: as.default('item'),
    concurrency: z.number().int().min(1).max(LIMITS.loopConcurrency).default(1),
    tolerate: z.number().int().min(0).max(LIMITS.loopItems).default(0),
    maxIterations: iterations.optional(),
    max_iterations: iterations.optional(),
    maxTime: duration().optional(),
  })
  .check(
    check((value) => {
      const { items: list, while: before, until: after } = value;
      const repeats = before !== undefined || after !== undefined;
      if (list === undefined && !repeats)
        return { code: 'missing_field', message: 'Add `items` (a list), or `while` or `until` (an expression).' };
      if (list !== undefined && repeats) return { message: 'Give `items`, or `while`/`until`, not both.' };
      if (repeats && value.concurrency > 1)
        return { message: 'A loop with `while` or `until` goes one by one; remove `concurrency`.' };
      return value.maxIterations !== undefined && value.max_iterations !== undefined
        ? { message: '`maxIterations` and `max_iterations` say the same; keep one of them.' }
        : undefined;
    }),
  );

export const loop = defineNode({
  doc: {
    summary: 'Runs its `nodes` once per item of a list, or while / until an expression is true.',
    params: [
      { name: 'items', text: 'A list, or an expression that gives one (at most 10,000 items).' },
      { name: 'while', text: 'Expression, checked before each iteration; it sees `index` and `item`.' },
      { name: 'until', text: 'Expression, checked after each iteration; it also sees the nodes of the body.' },
      { name: 'as', text: 'Name of the item in expressions, beside `item` and `index`; default `item`.' },
      {
        name: 'concurrency',
        text: `How many iterations run at once; default 1, at most ${LIMITS.loopConcurrency}. Only with \`items\`.`,
      },
      { name: 'tolerate', text: 'How many iterations may fail before the loop fails; default 0.' },
      {
        name: 'maxIterations',
        text: 'Limit for `while` and `until`: one more fails the loop with `max_iterations`; default 10,000. `max_iterations` means the same.',
      },
      { name: 'maxTime', text: 'The loop fails with `loop_timeout` when it takes longer.' },
    ],
    output:
      'List of the outputs of the iterations, in the order of the items (`{error: {code, message}}` for one that failed and was tolerated).',
    actions: '`default`',
    notes: [
      'Beside `params`: `nodes` (required) and `start`, as in a flow. Bodies run inside the same workflow execution, and their nodes are addressed as `each[3]/ship`.',
      'Inside, `item` (or the name in `as`) and `index` (from 0) are known. With `while` or `until` the item is the output of the iteration before, null at first.',
    ],
    example: `
nodes:
  each:
    type: loop
    params: { items: '{{ input.lines }}', as: line, concurrency: 5, tolerate: 1 }
    nodes:
      ship:
        type: http.request
        params: { url: 'https://ship.example/{{ line.sku }}', method: POST, body: { position: '{{ index }}' } }
        retry: { maxAttempts: 3, delay: 1s }
    next: sum
  sum:
    type: transform
    params: { output: '{{ size(nodes.each) }}' }
`,
  },
  kinds: { expressions: ['while', 'until'], withLocals: ['while'], inBody: ['until'], literal: ['as', 'maxTime'] },
  params,
  actions: [],
  execution: ['inline'],
  frames: ['nodes', 'start'],
  locals: (value) => ['item', 'index', value.as],
  lower: (value, { frames }) => ({
    kind: 'loop',
    ...(value.items === undefined ? {} : { items: value.items }),
    ...(value.while === undefined ? {} : { while: value.while }),
    ...(value.until === undefined ? {} : { until: value.until }),
    as: value.as,
    concurrency: value.concurrency,
    tolerate: value.tolerate,
    maxIterations: value.maxIterations ?? value.max_iterations ?? LIMITS.loopItems,
    ...(value.maxTime === undefined ? {} : { maxTimeMs: value.maxTime }),
    body: frames.body ?? { nodes: {}, start: [] },
  }),
});
