import { trusted } from 'mongoose';
import { placeId, type SealedSecret, type SecretRows } from '../secrets/secret-rows';
import type { Database } from './database';
import type { SecretRow } from './rows';
import { idRange } from './text';

export const createMongoSecretRows = ({ models, run, insertOnce }: Database): SecretRows => {
  const { secrets } = models;

  /** Applies when `same` still holds of the document. */
  const change = async (found: SealedSecret, same: 'sealed' | 'wrapped', $set: Partial<SecretRow>): Promise<boolean> => {
    const filter = same === 'sealed' ? { sealed: found.sealed } : { wrapped: found.wrapped };
    const { matchedCount } = await run(() => secrets.updateOne({ _id: placeId(found), ...filter }, { $set }));
    return matchedCount === 1;
  };
  const mine = ({ workspace, account }: { readonly workspace: string; readonly account: string }) => ({
    _id: trusted(idRange(`${workspace}:${account}:`)),
  });

  return {
    insert: (row) => insertOnce(secrets, { _id: placeId(row), ...row, allowedHosts: [...row.allowedHosts] }),
    async get(place) {
      const row = await run(() => secrets.findOne({ _id: placeId(place) }).lean());
      return row === null ? undefined : toSealed(row);
    },
    listOf: async (owner) => (await run(() => secrets.find(mine(owner)).sort({ _id: 1 }).lean())).map(toSealed),
    change: (found, { allowedHosts, ...members }) =>
      change(found, 'sealed', { ...members, ...(allowedHosts === undefined ? {} : { allowedHosts: [...allowedHosts] }) }),
    rewrap: (found, members) => change(found, 'wrapped', members),
    delete: async (place) => (await run(() => secrets.deleteOne({ _id: placeId(place) }))).deletedCount === 1,
    deleteAllOf: async (owner) => (await run(() => secrets.deleteMany(mine(owner)))).deletedCount,
    async listAll(after, limit) {
      const filter = after === undefined ? {} : { _id: trusted({ $gt: placeId(after) }) };
      return (await run(() => secrets.find(filter).sort({ _id: 1 }).limit(limit).lean())).map(toSealed);
    },
  };
};

const toSealed = ({ _id, ...row }: SecretRow): SealedSecret => row;
