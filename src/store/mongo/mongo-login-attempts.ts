import { trusted } from 'mongoose';
import type { LoginAttemptStore } from '../ports';
import type { Database } from './database';
import type { LoginAttemptRow } from './rows';
import { idRange } from './text';

/** Numbers sort as text. */
const DIGITS = 12;

export const createMongoLoginAttempts = ({ models, run, insertOnce }: Database): LoginAttemptStore => {
  const { loginAttempts } = models;
  const idOf = (key: string, number: number): string => `${key}:${String(number).padStart(DIGITS, '0')}`;
  const ofKey = (key: string) => ({ _id: trusted(idRange(`${key}:`)) });
  return {
    async latest(key) {
      const [row] = await run(() => loginAttempts.find(ofKey(key)).sort({ _id: -1 }).limit(1).lean<LoginAttemptRow[]>());
      return row === undefined ? undefined : { number: Number(row._id.slice(-DIGITS)), at: row.at };
    },
    timeOf: async (key, number) => (await run(() => loginAttempts.findOne({ _id: idOf(key, number) }).lean()))?.at,
    insert: (key, number, at) => insertOnce(loginAttempts, { _id: idOf(key, number), at }),
    async clear(key) {
      await run(() => loginAttempts.deleteMany(ofKey(key)));
    },
  };
};
