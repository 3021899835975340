import type { z } from 'zod';
import { z as zod } from 'zod';
import type { FramePlan } from '../../flow';
import { LIMITS } from '../../flow';
import { defineNode } from '../node-type';

const NO_FRAME: FramePlan = { nodes: {}, start: [] };

const parallelParams = zod.strictObject({
  concurrency: zod.number().int().min(1).max(LIMITS.loopConcurrency).optional(),
  tolerate: zod.number().int().min(0).max(LIMITS.flowNodes).default(0),
});

export const parallel = defineNode<z.infer<typeof parallelParams>>({
  doc: {
    summary: 'Runs named branches at the same time and goes on when all have ended.',
    params: [
      { name: 'branches', required: true, text: 'Map of name → `{nodes, start?}`. Written in `params` or beside it.' },
      { name: 'concurrency', text: `How many branches run at once; default all, at most ${LIMITS.loopConcurrency}.` },
      { name: 'tolerate', text: 'How many branches may fail before the node fails; default 0.' },
    ],
    output: 'Map of branch name → output of the node of that branch that ended last.',
    actions: '`default`',
    notes: ['The nodes of a branch see each other and the nodes around the block, not those of other branches.'],
    example: `
nodes:
  quotes:
    type: parallel
    params:
      branches:
        left:
          nodes:
            ask: { type: http.request, params: { url: https://left.example/quote } }
        right:
          nodes:
            ask: { type: http.request, params: { url: https://right.example/quote } }
      tolerate: 1
    next: best
  best:
    type: transform
    params: { output: '{{ nodes.quotes }}' }
`,
  },
  params: parallelParams,
  actions: [],
  execution: ['inline'],
  frames: ['branches'],
  lower: ({ concurrency, tolerate }, { frames }) => ({
    kind: 'parallel',
    branches: frames.branches ?? {},
    ...(concurrency === undefined ? {} : { concurrency }),
    tolerate,
  }),
});

export const group = defineNode<Record<string, never>>({
  doc: {
    summary: 'A frame of its own: several nodes with one catch, one timeout, one retry, and a `finally`.',
    params: [],
    output: 'The output of the node inside that ended last.',
    actions: '`default`',
    notes: [
      'Beside `params`: `nodes` (required), `start`, and `finally: {nodes, start?}`, which runs when the group has ended in any way.',
      'A failure that nothing inside takes fails the group; its own `retry`, `catch`, `onError` and `timeout` then apply to the whole group.',
    ],
    example: `
nodes:
  book:
    type: group
    nodes:
      reserve:
        type: http.request
        params: { url: https://stock.example/reserve, method: POST, body: { sku: '{{ input.sku }}' } }
        next: charge
      charge:
        type: http.request
        params: { url: https://bank.example/charge, method: POST, body: { amount: '{{ input.amount }}' } }
    finally:
      nodes:
        note: { type: log, params: { message: 'Booking of {{ input.sku }} ended' } }
    timeout: 1m
    catch: [{ errors: ['*'], next: excuse }]
  excuse:
    type: log
    params: { level: error, message: 'Booking failed: {{ error.message }}' }
`,
  },
  params: zod.strictObject({}),
  actions: [],
  execution: ['inline'],
  frames: ['nodes', 'start', 'finally'],
  lower: (_, { frames }) => ({
    kind: 'group',
    body: frames.body ?? NO_FRAME,
    ...(frames.finally === undefined ? {} : { finally: frames.finally }),
  }),
});
