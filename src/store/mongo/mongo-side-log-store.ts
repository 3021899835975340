import { trusted } from 'mongoose';
import type { SideLogChunk, SideLogLine, SideLogStore } from '../ports';
import { bySideLogOrder, sideLogId } from '../side-log-order';
import type { Database } from './database';
import type { SideLogRow } from './rows';
import { fromText, idRange, toText } from './text';

export const createMongoSideLogStore = ({ models, run, insertOnce }: Database): SideLogStore => ({
  async append(chunk) {
    await insertOnce(models.sideLog, { _id: sideLogId(chunk), ...chunk, lines: toText(chunk.lines) });
  },
  async list(runId) {
    const rows = await run(() => models.sideLog.find({ _id: trusted(idRange(`${runId}:`)) }).lean());
    return rows.map(chunkOf).sort(bySideLogOrder);
  },
});

type StoredLine = Omit<SideLogLine, 'at'> & { readonly at: string };

const chunkOf = ({ _id, lines, ...row }: SideLogRow): SideLogChunk => ({
  ...row,
  lines: (fromText(lines) as StoredLine[]).map((line) => ({ ...line, at: new Date(line.at) })),
});
