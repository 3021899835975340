import type { Page, PageRequest } from '../ports';

/** Descending by (createdAt, id): the order of every list. */
export const newestFirst = <T extends { readonly id: string; readonly createdAt: Date }>(items: Iterable<T>): T[] =>
  [...items].sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));

export const pageOf = <T>(items: readonly T[], page: PageRequest): Page<T> => ({
  items: structuredClone(items.slice(page.offset, page.offset + page.limit)),
  total: items.length,
});
