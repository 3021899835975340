import { trusted } from 'mongoose';
import type { SideLogChunk, SideLogLine, SideLogMark, SideLogStore } from '../ports';
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
  async readBehind(runId, marks) {
    if (marks.length === 0) return [];
    const behind = marks.flatMap((mark) => behindFilters(runId, mark));
    const rows = await run(() => models.sideLog.find({ $or: behind }).lean());
    return rows.map(chunkOf).sort(bySideLogOrder);
  },
});

/** The rest of the attempt that was read, and later attempts: ranges of ids. */
const behindFilters = (runId: string, { nodeRunId, attempt = 0, n = -1 }: SideLogMark) => [
  { _id: trusted(idRange(`${runId}:${nodeRunId}:${attempt}:`)), n: trusted({ $gt: n }) },
  { _id: trusted(idRange(`${runId}:${nodeRunId}:`)), attempt: trusted({ $gt: attempt }) },
];

type StoredLine = Omit<SideLogLine, 'at'> & { readonly at: string };

const chunkOf = ({ _id, lines, ...row }: SideLogRow): SideLogChunk => ({
  ...row,
  lines: (fromText(lines) as StoredLine[]).map((line) => ({ ...line, at: new Date(line.at) })),
});
