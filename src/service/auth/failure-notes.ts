import type { RequestOrigin } from '../../flow';
import type { Account } from '../../store/ports';
import type { AuditTrail } from '../audit/trail';

const AT_MOST_EVERY_MS = 60_000;
const MOST_ACCOUNTS = 10_000;

/**
 * Failed log-ins in the audit trail: at most one entry a minute, account and process, which counts the failures since the last
 * one. Nobody waits for it, or the time would tell which accounts exist.
 */
export function createFailureNotes(audit: AuditTrail, now: () => number): (account: Account, request: RequestOrigin) => void {
  const notes = new Map<string, { readonly at: number; readonly untold: number }>();
  return (account, request) => {
    const note = notes.get(account.id) ?? { at: -Infinity, untold: 0 };
    const failures = note.untold + 1;
    if (notes.size >= MOST_ACCOUNTS) notes.clear();
    if (now() - note.at < AT_MOST_EVERY_MS) {
      notes.set(account.id, { at: note.at, untold: failures });
      return;
    }
    notes.set(account.id, { at: now(), untold: 0 });
    void audit.recordOf(account, request, 'session.refuse', { type: 'account', id: account.id }, { failures });
  };
}
