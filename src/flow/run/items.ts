import { stringify } from '../expr/globals';
import { isJsonObject, type Json } from '../json';
import { LIMITS } from '../limits';

/** What a loop goes over: a list, or the members of an object as {key, value}. Undefined for anything else. */
export const asItems = (value: Json): Json[] | undefined => {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.entries(value).map(([key, item]) => ({ key, value: item })) : undefined;
};

/**
 * The next items of a list behind a claim (X6): at most 100, and no more than fit into 256 KiB together, for a page is in the
 * history (X5). Always one, unless it does not fit by itself: then `tooLarge` is its index.
 */
export const pageOfItems = (
  items: readonly Json[],
  offset: number,
  limit: number,
): { readonly items: Json[] } | { readonly tooLarge: number } => {
  const page: Json[] = [];
  let bytes = 0;
  for (const item of items.slice(offset, offset + Math.min(limit, LIMITS.loopPage))) {
    const size = stringify(item).length;
    if (size > LIMITS.workflowOutputBytes) return page.length > 0 ? { items: page } : { tooLarge: offset };
    bytes += size;
    if (bytes > LIMITS.workflowOutputBytes) break;
    page.push(item);
  }
  return { items: page };
};
