import { z } from 'zod';
import { compact, APPROVER, isJsonObject, LIMITS, type BusinessCalendar, type Json } from '../../flow';
import { anyValue, durationOrTemplate, hasTemplate, NAME, text } from '../fields';
import { checkInputSchema } from '../input/check-input';
import { check, choose } from '../shape';
import { url } from './http-fields';

const approver = text.check(
  check((value) =>
    hasTemplate(value) || APPROVER.test(value.trim())
      ? undefined
      : { message: `\`${value.slice(0, 60)}\` is no approver; write account:<email>, role:<role> or group:<name>.` },
  ),
);
/** One name, a list of names, or an expression of either. */
const approvers = choose<Json>((value) =>
  Array.isArray(value) ? z.array(approver).min(1).max(LIMITS.approvers) : approver.transform((name): Json => [name]),
);

/** The answer is validated against it by the API, with the limits of every schema of a definition. */
const form = anyValue.check(
  check((value) => {
    const [fault] = checkInputSchema(value);
    return fault === undefined ? undefined : { code: fault.code, message: fault.message };
  }),
);

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const HOURS = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)$/;

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
};

/** `{zone, days, hours}`: when the durations of an approval count. */
const calendar = z
  .strictObject({
    zone: z
      .string()
      .check(
        check((zone) =>
          isZone(zone)
            ? undefined
            : { message: `\`${zone.slice(0, 60)}\` is no time zone; write an IANA name such as Europe/Berlin.` },
        ),
      ),
    days: z.array(z.enum(DAYS)).min(1).default(['mon', 'tue', 'wed', 'thu', 'fri']),
    hours: z
      .string()
      .check(
        check((hours) => {
          const [from = '', to = ''] = hours.split('-');
          return HOURS.test(hours) && from < to && to <= '24:00'
            ? undefined
            : { message: 'Write the hours of one day as from-to, such as 09:00-17:00.' };
        }),
      )
      .default('09:00-17:00'),
  })
  .transform(({ zone, days, hours }): BusinessCalendar => {
    const [from = '', to = ''] = hours.split('-');
    return { zone, days: [...new Set(days.map((day) => DAYS.indexOf(day) + 1))].toSorted((a, b) => a - b), hours: { from, to } };
  });

/** By mail to the approvers that are accounts, or to the addresses given; by a signed webhook. What expressions give is checked later. */
const notify = z.strictObject({
  email: z.union([z.boolean(), text, z.array(text).min(1)]).optional(),
  webhook: choose<Json>((value) =>
    isJsonObject(value) ? z.strictObject({ url, secret: text.optional() }).transform(compact) : url,
  ).optional(),
});

export const approvalParams = z
  .strictObject({
    title: text,
    message: text.optional(),
    approvers,
    required: z.number().int().min(1).max(LIMITS.approvalsRequired).default(1),
    allowSelf: z.boolean().default(false),
    form: form.optional(),
    timeout: durationOrTemplate().optional(),
    onTimeout: z.string().max(100).regex(NAME).optional(),
    remind: z.array(durationOrTemplate()).max(20).default([]),
    escalate: z.strictObject({ after: durationOrTemplate(), to: approvers }).optional(),
    calendar: calendar.optional(),
    notify: notify.optional(),
    declined: z.enum(['action', 'fail']).default('action'),
  })
  .check(
    check((params) =>
      params.onTimeout === undefined || params.timeout !== undefined
        ? undefined
        : { message: '`onTimeout` says what the deadline answers; add `timeout`, the time until then.' },
    ),
    check((params) =>
      typeof params.timeout === 'number' && params.remind.some((at) => typeof at === 'number' && at >= Number(params.timeout))
        ? { message: 'A reminder at or after the `timeout` never comes; write a shorter one.' }
        : undefined,
    ),
  );
export type ApprovalParams = z.infer<typeof approvalParams>;
