import { trusted } from 'mongoose';
import type { Database } from './database';

/** A term older than this decides nothing any more. */
const LEASE_MEMORY_MS = 24 * 3_600_000;
/** Far longer than any window that log-ins are counted in. */
const ATTEMPT_MEMORY_MS = 10 * 60_000;

/** Expiry without TTL indexes, which the stand-in does not have: each collection has a field that says when. */
export const sweep = async ({ models, run }: Database, now: Date): Promise<number> => {
  const passed = trusted({ $lte: now.getTime() });
  const olderThan = (ms: number) => trusted({ $lt: new Date(now.getTime() - ms) });
  const leases = await run(() => models.leases.deleteMany({ claimedAt: olderThan(LEASE_MEMORY_MS) }));
  const sessions = await run(() => models.sessions.deleteMany({ expiresAt: olderThan(0) }));
  const links = await run(() => models.linkEnds.deleteMany({ expiresAt: olderThan(0) }));
  const uses = await run(() => models.refreshUses.deleteMany({ expiresAt: olderThan(0) }));
  const attempts = await run(() => models.loginAttempts.deleteMany({ at: olderThan(ATTEMPT_MEMORY_MS) }));
  const entries = await run(() => models.kv.deleteMany({ purgeAt: passed }));
  const operations = await run(() => models.kvOperations.deleteMany({ purgeAt: passed }));
  const all = [leases, sessions, links, uses, attempts, entries, operations];
  return all.reduce((removed, { deletedCount }) => removed + deletedCount, 0);
};
