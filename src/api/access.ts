import { RepriseError } from '../flow';
import type { Principal, Scope } from '../flow';

/**
 * What a route asks of its caller, one word each:
 * - a scope: the role has it, and so does the API key if one asks
 * - `session`: a log-in session of any role, no API key
 * - `self`: a log-in session (the use case then lets it reach its own account), or the scope `accounts:admin`
 * - `refresh`: a bearer of a live session, or a refresh token; the use case judges what it was given
 * - `public`: nothing
 * Routes with the last two are mounted before the gate.
 */
export type Access = Scope | 'session' | 'self' | 'refresh' | 'public';

/** Whether the gate stands before a route of this access. */
export const isGated = (access: Access): access is GatedAccess => access !== 'public' && access !== 'refresh';
export type GatedAccess = Exclude<Access, 'refresh' | 'public'>;

/** Throws forbidden when the principal lacks what the route asks for. */
export function assertAccess(principal: Principal, access: GatedAccess): void {
  if (mayAsk(principal, access)) return;
  throw new RepriseError('forbidden', refusalOf(principal, access));
}

function mayAsk({ scopes, credential }: Principal, access: GatedAccess): boolean {
  switch (access) {
    case 'session':
      return credential.kind === 'session';
    case 'self':
      return credential.kind === 'session' || scopes.includes('accounts:admin');
    default:
      return scopes.includes(access);
  }
}

function refusalOf({ role, credential }: Principal, access: GatedAccess): string {
  if (access === 'session') return 'An API key may not do this: log in.';
  if (access === 'self') return 'This API key may not do this: log in, or use a key with the scope accounts:admin.';
  return credential.kind === 'api_key'
    ? `This API key may not do this: use one with the scope ${access}, made by an account that has it.`
    : `The role "${role}" may not do this: it needs the scope ${access}.`;
}
