import type { Model, mongo } from 'mongoose';
import { isDuplicateKey } from './failures';
import { withinDeadline } from './guard';
import type { Models } from './models';

/** What the adapters of the ports share: the models, and one way to run an operation. */
export interface Database {
  readonly models: Models;
  /** M1: the server has no atomic conditional update; this process is its only client and has one connection. */
  readonly standIn: boolean;
  /** Throws `unavailable` when the server does not answer in time. */
  run<T>(operation: () => PromiseLike<T>): Promise<T>;
  /** Claim by insert (M2): false when the id is taken. */
  insertOnce<Row extends { _id: string }>(model: Model<Row>, row: Row): Promise<boolean>;
}

export const createDatabase = (models: Models, standIn: boolean, deadlineMs: number): Database => {
  const run = <T>(operation: () => PromiseLike<T>): Promise<T> => withinDeadline(deadlineMs, operation);
  return {
    models,
    standIn,
    run,
    async insertOnce(model, row) {
      try {
        // The driver's own insert: a row needs no casting, and this is the one write on the path of a start.
        await run(() => model.collection.insertOne({ ...row } as unknown as mongo.Document));
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
  };
};
