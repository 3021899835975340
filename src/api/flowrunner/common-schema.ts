import { LIMITS } from '../../flow';
import { z } from '../zod-openapi';

/** An id in a path. Its form is not checked further: a wrong one is simply not found. */
export const Id = z.string().min(1).max(200);
export const Time = z.string().openapi({ format: 'date-time', description: 'ISO 8601, UTC.' });
/** Any JSON value; depth and size were bounded when the body was read. */
export const JsonValue = z.unknown().openapi({ description: 'Any JSON value.' });

/** A whole number in a query: digits only, so that `1e3`, `0x10` and blanks are refused. */
const optionalWholeNumber = ({ min, max }: { readonly min: number; readonly max: number }, description: string) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().int().min(min).max(max))
    .optional()
    .openapi({ type: 'integer', minimum: min, maximum: max, description });

/** The same with `fallback` for an absent one. */
export const wholeNumber = (
  range: { readonly min: number; readonly max: number; readonly fallback: number },
  description: string,
) =>
  optionalWholeNumber(range, description)
    .default(range.fallback)
    .openapi({ type: 'integer', minimum: range.min, maximum: range.max, default: range.fallback, description });

export const Paging = {
  limit: wholeNumber({ min: 1, max: LIMITS.listMax, fallback: LIMITS.listDefault }, 'Maximum number of items to return.'),
  offset: wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 }, 'Offset for pagination.'),
};
/** Members that every list answers beside its items. */
export const PagingReply = { total: z.int(), limit: z.int(), offset: z.int() };

export const Wait = optionalWholeNumber(
  { min: 0, max: LIMITS.waitMaxSeconds },
  'Answer when the run ends, at the latest after this many seconds.',
);
export const Message = z.strictObject({ message: z.string() }).openapi('Message');

/** Seconds of a query → milliseconds of a use case; absent stays absent. */
export const toWaitOption = (seconds: number | undefined): { waitMs: number } | undefined =>
  seconds === undefined || seconds === 0 ? undefined : { waitMs: seconds * 1000 };
