import { z } from 'zod';
import type { JsonObject } from '../../flow';
import { anyValue, duration, durationOrTemplate, expression, hasTemplate, literalText, text } from '../fields';
import { defineNode } from '../node-type';
import { check } from '../shape';

const DEFAULT_INTERVAL_MS = 1_000;
const DEFAULT_CHECKS = 10;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

const time = text.check(
  check((value) =>
    hasTemplate(value) || (RFC_3339.test(value) && !Number.isNaN(Date.parse(value)))
      ? undefined
      : { message: `\`${value.slice(0, 60)}\` is not a time; write RFC 3339 such as 2026-05-01T09:00:00Z.` },
  ),
);

const byDuration = z.strictObject({ type: z.literal('duration').optional(), duration: durationOrTemplate() });
const byTime = z.strictObject({ type: z.enum(['until', 'until_time']).optional(), until: time });
const byEvent = z.strictObject({
  type: z.literal('event').optional(),
  event: literalText.optional(),
  key: anyValue.optional(),
  timeout: durationOrTemplate().optional(),
});
const byCondition = z
  .strictObject({
    type: z.literal('condition').optional(),
    condition: expression.optional(),
    if: expression.optional(),
    interval: duration(100).default(DEFAULT_INTERVAL_MS),
    max_attempts: z.number().int().min(1).max(100_000).default(DEFAULT_CHECKS),
    timeout: durationOrTemplate().optional(),
  })
  .check(
    check((value) =>
      (value.condition === undefined) === (value.if === undefined)
        ? { message: 'Give one of `condition` and `if`: the expression that is waited for.' }
        : undefined,
    ),
  );
type Params = z.infer<typeof byDuration> | z.infer<typeof byTime> | z.infer<typeof byEvent> | z.infer<typeof byCondition>;

const unknownKind = z
  .strictObject({ type: z.enum(['duration', 'until', 'until_time', 'event', 'condition']) })
  .transform((): Params => ({ duration: 0 }));

/** The form is named by `type`, else told by its member. */
const schemaOf = (raw: JsonObject): z.ZodType<Params> => {
  const { type } = raw as { type?: unknown };
  const has = (member: string): boolean => type === undefined && raw[member] !== undefined;
  if (type === 'duration' || has('duration')) return byDuration;
  if (type === 'until' || type === 'until_time' || has('until')) return byTime;
  if (type === 'condition' || has('condition') || has('if')) return byCondition;
  if (type === 'event' || has('event') || has('key')) return byEvent;
  return unknownKind;
};

export const wait = defineNode<Params>({
  doc: {
    summary: 'Waits for a time, for an event from outside, or until an expression is true.',
    params: [
      {
        name: 'type',
        text: '`duration`, `until` (also `until_time`), `event` or `condition`; may be left out when the members tell.',
      },
      { name: 'duration', text: 'duration: how long, as in [delay](delay.md).' },
      { name: 'until', text: 'until: RFC 3339 time, or an expression that gives one.' },
      { name: 'event', text: 'event: the name of the event, fixed text; default the id of the node.' },
      { name: 'key', text: 'event: correlation key; only an event sent with the same key ends the wait.' },
      { name: 'timeout', text: 'event, condition: give up after this time.' },
      { name: 'condition', text: 'condition: the expression (also `if`).' },
      { name: 'interval', text: 'condition: time between two checks; default 1s.' },
      { name: 'max_attempts', text: 'condition: number of checks; default 10.' },
    ],
    output: 'event: the data of the event. Otherwise the output of the node before it, passed on.',
    actions: '`default`; with `event` and `condition` also `timeout`',
    notes: [
      'Events are sent with `POST /api/v1/executions/{id}/events/{name} {key?, data}`. One that comes before its wait is kept for it (100 a run).',
      'When the time or the checks are used up the node fails with `wait_timeout`; an edge `timeout` takes that (the node is then DONE), else `catch` and `onError` do.',
    ],
    example: `
nodes:
  payment:
    type: wait
    params: { type: event, event: paid, key: '{{ input.orderId }}', timeout: 7d }
    next: { default: ship, timeout: remind }
  ship:
    type: transform
    params: { output: { paid: '{{ nodes.payment.amount }}' } }
  remind:
    type: log
    params: { level: warn, message: 'No payment for {{ input.orderId }}' }
`,
  },
  kinds: { expressions: ['condition', 'if'], literal: ['type', 'event', 'interval'] },
  params: schemaOf,
  actions: (value) => ('duration' in value || 'until' in value ? [] : ['timeout']),
  execution: ['inline'],
  lower: (value, { nodeId }) => {
    if ('duration' in value) return { kind: 'delay', duration: value.duration };
    if ('until' in value) return { kind: 'waitUntil', until: value.until };
    const timeout = value.timeout === undefined ? {} : { timeout: value.timeout };
    if ('interval' in value)
      return {
        kind: 'waitCondition',
        if: value.condition ?? value.if ?? '',
        intervalMs: value.interval,
        maxAttempts: value.max_attempts,
        ...timeout,
      };
    return {
      kind: 'waitEvent',
      event: value.event ?? nodeId,
      ...(value.key === undefined ? {} : { key: value.key }),
      ...timeout,
    };
  },
});
