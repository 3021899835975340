import { trusted } from 'mongoose';
import type { Database } from './database';

/** A term older than this decides nothing any more. */
const LEASE_MEMORY_MS = 24 * 3_600_000;

/** Expiry without TTL indexes, which the stand-in does not have: each collection has a field that says when. */
export const sweep = async ({ models, run }: Database, now: Date): Promise<number> => {
  const passed = trusted({ $lte: now.getTime() });
  const leases = await run(() =>
    models.leases.deleteMany({ claimedAt: trusted({ $lt: new Date(now.getTime() - LEASE_MEMORY_MS) }) }),
  );
  const entries = await run(() => models.kv.deleteMany({ purgeAt: passed }));
  const operations = await run(() => models.kvOperations.deleteMany({ purgeAt: passed }));
  return leases.deletedCount + entries.deletedCount + operations.deletedCount;
};
