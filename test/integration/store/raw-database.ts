import { Mongoose } from 'mongoose';
import { createDatabase, type Database } from '../../../src/store/mongo/database';
import { createModels, type Models } from '../../../src/store/mongo/models';

/** The models beside the stores, for tests that look behind the port. Close with `models.runs.db.close()`. */
export const rawModels = async (uri: string): Promise<Models> =>
  createModels(await new Mongoose().createConnection(uri, { bufferCommands: false, monitorCommands: true }).asPromise());

export const rawDatabase = async (uri: string, standIn: boolean): Promise<Database> =>
  createDatabase(await rawModels(uri), standIn, 3_000);
