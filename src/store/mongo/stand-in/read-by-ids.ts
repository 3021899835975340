import { trusted, type Model, type QueryFilter } from 'mongoose';
import type { Database } from '../database';

type Projection = Readonly<Record<string, 0 | 1>>;

/** One read by `_id` takes the stand-in as long as scanning about this many documents (1.4 ms, 70 µs). */
const SCANNED_PER_READ = 20;

/**
 * The documents of these ids, in their order, without those that are gone. The stand-in finds one `_id` by index and scans for
 * everything else, so few are read one by one and many by one scan.
 * @param size about how many documents the collection has
 */
export const readByIds = async <Row extends { _id: string }>(
  { run }: Pick<Database, 'run'>,
  model: Model<Row>,
  ids: readonly string[],
  size: number,
  projection: Projection = {},
): Promise<Row[]> => {
  const rows = new Map<string, Row>();
  const keep = (row: unknown): void => void rows.set((row as Row)._id, row as Row);
  if (ids.length * SCANNED_PER_READ < size) {
    for (const id of ids) {
      const row = await run(() => model.findOne({ _id: id }, projection).lean());
      if (row !== null) keep(row);
    }
  } else if (ids.length > 0) {
    const filter = { _id: trusted({ $in: [...ids] }) } as QueryFilter<Row>;
    for (const row of await run(() => model.find(filter, projection).lean().exec())) keep(row);
  }
  return ids.flatMap((id) => rows.get(id) ?? []);
};

/** Every document, in batches: other operations get the one connection in between. Throws when it takes too long. */
export const scanAll = async <Row extends { _id: string }>(
  model: Model<Row>,
  projection: Projection,
  visit: (row: Row) => void,
): Promise<void> => {
  for await (const row of model.find({}, projection).lean().cursor({ batchSize: 500 })) visit(row as unknown as Row);
};
