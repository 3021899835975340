import { createHash } from 'node:crypto';
import { RepriseError } from '../../flow';
import type { IdempotencyClaim, IdempotencyStore, LeaseStore } from '../ports';
import type { Database } from './database';

const idOf = ({ workspace, flowId, key, generation }: IdempotencyClaim): string =>
  createHash('sha256')
    .update(JSON.stringify([workspace, flowId, key, generation]))
    .digest('hex');

/** Claims are inserts by `_id`: exact on every server (M2). */
export const createMongoIdempotencyStore = ({ models, run, insertOnce }: Database): IdempotencyStore => ({
  async claim(claim) {
    const _id = idOf(claim);
    if (await insertOnce(models.idempotency, { _id, ...claim })) return { claimed: true, held: claim };
    const row = await run(() => models.idempotency.findOne({ _id }).lean());
    if (row === null)
      throw new RepriseError('unavailable', 'An idempotency claim vanished while it was read; repeat the request.');
    const { _id: _, ...held } = row;
    return { claimed: false, held };
  },
});

export const createMongoLeaseStore = ({ models, run, insertOnce }: Database): LeaseStore => ({
  async acquire(name, term, holder) {
    const _id = `${name}:${term}`;
    if (await insertOnce(models.leases, { _id, holder, claimedAt: new Date() })) return true;
    const held = await run(() => models.leases.findOne({ _id }).lean());
    return held?.holder === holder;
  },
});
