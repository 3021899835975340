import type { Session, SessionStore } from '../ports';
import type { Database } from './database';

/** Sessions, and the claims on their refresh tokens (M2: inserts by `_id`). */
export const createMongoSessionStore = ({ models, run, insertOnce }: Database): SessionStore => {
  const { sessions, refreshUses } = models;
  const idOf = ({ id }: Session, number: number): string => `${id}:${number}`;
  return {
    async insert({ id, ...session }) {
      await insertOnce(sessions, { _id: id, ...session });
    },
    async get(id) {
      const row = await run(() => sessions.findOne({ _id: id }).lean());
      if (row === null) return undefined;
      const { _id, ...session } = row;
      return { id: _id, ...session };
    },
    async delete(id) {
      await run(() => sessions.deleteOne({ _id: id }));
    },
    async deleteAllOf(accountId) {
      await run(() => sessions.deleteMany({ accountId }));
    },
    spend: (session, number, at) => insertOnce(refreshUses, { _id: idOf(session, number), at, expiresAt: session.expiresAt }),
  };
};
