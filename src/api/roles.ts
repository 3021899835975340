import { RepriseError, ROLES } from '../flow';
import type { Principal, Role } from '../flow';

/** Who may do what: readers look, operators also move runs, authors also change flows. */
export const READERS: readonly Role[] = ROLES;
export const OPERATORS: readonly Role[] = ['admin', 'user', 'operator'];
export const AUTHORS: readonly Role[] = ['admin', 'user'];

/** Throws forbidden when the principal's role is not among `allowed`. */
export function assertRole(principal: Principal, allowed: readonly Role[]): void {
  if (allowed.includes(principal.role)) return;
  throw new RepriseError('forbidden', `The role "${principal.role}" may not do this: ask for one of ${allowed.join(', ')}.`);
}
