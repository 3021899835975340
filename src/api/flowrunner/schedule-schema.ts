import { CATCH_UPS, LIMITS, OVERLAPS } from '../../flow';
import { parseDuration } from '../../flow/duration';
import { z } from '../zod-openapi';
import { Id, Paging, PagingReply, Time, wholeNumber } from './common-schema';

const SHORTEST_MS = 1_000;

/** Text such as `90s` or `1h30m` → ms. */
const Duration = (shortestMs: number) =>
  z
    .string()
    .max(50)
    .transform((text) => parseDuration(text) ?? Number.NaN)
    .refine(
      (ms) => ms >= shortestMs && ms <= LIMITS.runTimeoutMs,
      `must be a duration from ${shortestMs}ms to 366d, such as 90s or 1h30m`,
    )
    .openapi({ type: 'string', example: '15m' });

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

const Overlap = z.enum(OVERLAPS).openapi({ description: 'What becomes of a start while the run before it is under way.' });
const CatchUp = z.enum(CATCH_UPS).openapi({
  description: 'Of starts missed while the engine was down: none, one (needs overlap `skip`), all as `overlap` lets.',
});

export const ScheduleParams = z.strictObject({ id: Id });
export const ScheduleListQuery = z.strictObject({ flow_id: Id.optional(), ...Paging });
export const NextQuery = z.strictObject({ count: wholeNumber({ min: 1, max: 10, fallback: 5 }, 'How many.') });
export const ScheduleRequest = z
  .strictObject({
    flowId: Id,
    cron: z.string().trim().min(1).max(200).optional().openapi({ example: '0 9 * * 1-5' }),
    interval: Duration(SHORTEST_MS).optional(),
    timezone: z.string().max(100).refine(isZone, 'must be an IANA time zone such as Europe/Vienna').default('UTC'),
    jitter: Duration(0).optional().openapi({ description: 'Each start is late by up to this.' }),
    overlap: Overlap.default('skip'),
    catchUp: CatchUp.default('skip'),
    input: z.record(z.string(), z.unknown()).default({}),
    paused: z.boolean().default(false),
  })
  .refine(({ cron, interval }) => (cron === undefined) !== (interval === undefined), {
    path: ['cron'],
    error: 'give either `cron` or `interval`',
  })
  .refine(({ overlap, catchUp }) => catchUp !== 'once' || overlap === 'skip', {
    path: ['catchUp'],
    error: '`once` needs overlap `skip`',
  })
  .openapi('ScheduleRequest');
/** A year of one a minute is more than anybody wants at once. */
const LONGEST_BACKFILL_MS = 31 * 24 * 3_600_000;
export const BackfillRequest = z
  .strictObject({ from: z.iso.datetime({ offset: true }), to: z.iso.datetime({ offset: true }) })
  .refine(({ from, to }) => Date.parse(to) > Date.parse(from) && Date.parse(to) - Date.parse(from) <= LONGEST_BACKFILL_MS, {
    path: ['to'],
    error: 'must be after `from` and at most 31 days later',
  })
  .openapi('BackfillRequest');

export const ScheduleReply = z
  .strictObject({
    id: z.string(),
    flowId: z.string(),
    cron: z.string().optional(),
    interval: z.int().optional().openapi({ description: 'Milliseconds.' }),
    timezone: z.string(),
    jitter: z.int().openapi({ description: 'Milliseconds.' }),
    overlap: Overlap,
    catchUp: CatchUp,
    input: z.record(z.string(), z.unknown()),
    paused: z.boolean(),
    createdBy: z.string(),
    createdAt: Time,
    updatedAt: Time,
  })
  .openapi('Schedule');
export const ScheduleListReply = z.strictObject({ schedules: z.array(ScheduleReply), ...PagingReply }).openapi('ScheduleList');
export const NextReply = z.strictObject({ times: z.array(Time) }).openapi('ScheduleTimes');
