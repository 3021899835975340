import type { Page, PageRequest } from '../../service/contract';
import { Id, JsonValue, Time, wholeNumber } from '../flowrunner/common-schema';
import { z } from '../zod-openapi';

const SIZE = { min: 1, max: 100, fallback: 25 };

export const ById = z.strictObject({ id: Id });
export const PlaysPaging = {
  page: wholeNumber({ min: 0, max: 1_000_000_000, fallback: 0 }, 'Number of the page, from 0.'),
  size: wholeNumber(SIZE, 'Items of a page.'),
};
export const toPageRequest = ({ page, size }: { readonly page: number; readonly size: number }): PageRequest => ({
  limit: size,
  offset: page * size,
});

/** A page of `item` in the contract's members. */
export const pageSchema = <T extends z.ZodType>(item: T) =>
  z.strictObject({ data: z.array(item), total: z.int(), page: z.int(), size: z.int(), pages: z.int() });
export const presentPage = <T, P>(
  { items, total }: Page<T>,
  { page, size }: { readonly page: number; readonly size: number },
  present: (item: T) => P,
) => ({ data: items.map(present), total, page, size, pages: Math.ceil(total / size) });

/** Any JSON object; depth and size were bounded when the body was read. */
export const JsonMembers = z.record(z.string(), JsonValue);
export const Moment = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 time' });
export const FlagText = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .openapi({ type: 'boolean' });
export { Id, JsonValue, Time };
