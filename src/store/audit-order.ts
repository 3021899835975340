import type { AuditFilter, ListPosition } from './ports';

/** Whether something of a time and an id comes after `position` in a list that is newest first. */
export const isAfter = ({ at, id }: ListPosition, position: ListPosition | undefined): boolean =>
  position === undefined || at < position.at || (at.getTime() === position.at.getTime() && id < position.id);

export const isWithin = (at: Date, { since, until }: Pick<AuditFilter, 'since' | 'until'>): boolean =>
  (since === undefined || at >= since) && (until === undefined || at < until);
