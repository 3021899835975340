import { isAfter, isWithin } from '../../audit-order';
import type { Run } from '../../ports';
import type { Database } from '../database';
import { withinDeadline } from '../guard';
import type { HeadGate } from '../head-gate';
import type { RunFinder } from '../run-finder';
import { runOf } from '../run-rows';
import type { RunRow } from '../rows';
import { byAge, byId, HEAD_ENTRY_MEMBERS, headEntryOf, holds, isListed, updatedEntry, type HeadEntry } from './head-entry';
import { readByIds, scanAll } from './read-by-ids';

const LOAD_MS = 60_000;

/**
 * This process decides, for the stand-in. There a conditional update is not atomic and every filter but `{_id}` scans the
 * collection, on the one connection that the whole process has. But that process is the only client (M1): what it remembers of all
 * heads is true. So conditions are decided here in one step, the writes go out in that order, and lists read nothing
 * but their page. About 0.3 KB a run.
 */
export const createIndexedHeads = async (database: Database): Promise<HeadGate & RunFinder> => {
  const { run, insertOnce } = database;
  const { runs } = database.models;
  const entries = new Map<string, HeadEntry>();
  /** Heads whose last write failed or got no answer: the next one who asks reads them. */
  const unsure = new Set<string>();

  await withinDeadline(LOAD_MS, () =>
    scanAll<RunRow>(runs, HEAD_ENTRY_MEMBERS, (row) => void entries.set(row._id, headEntryOf(row))),
  );

  const settle = async (id: string): Promise<void> => {
    if (!unsure.has(id)) return;
    const row = await run(() => runs.findOne({ _id: id }, HEAD_ENTRY_MEMBERS).lean<RunRow>());
    // Who was first decided on what it read; what it has written since is newer than this.
    if (!unsure.delete(id)) return;
    if (row === null) entries.delete(id);
    else entries.set(id, headEntryOf(row));
  };
  /** Heads of these entries; `where` and `order` are asked once all entries are sure. */
  const select = async (where: (entry: HeadEntry) => boolean, order: (a: HeadEntry, b: HeadEntry) => number) => {
    for (const id of unsure) await settle(id);
    return [...entries.values()].filter(where).sort(order);
  };
  const read = async (found: readonly HeadEntry[]): Promise<Run[]> => {
    const ids = found.map((entry) => entry._id);
    return (await readByIds(database, runs, ids, entries.size, { nodes: 0 })).map(runOf);
  };

  return {
    async insert(row) {
      try {
        const isNew = await insertOnce(runs, row);
        if (isNew) entries.set(row._id, headEntryOf(row));
        return isNew;
      } catch (error) {
        unsure.add(row._id);
        throw error;
      }
    },
    async update(id, condition, update) {
      if (!entries.has(id)) unsure.add(id);
      await settle(id);
      const entry = entries.get(id);
      if (entry === undefined || !holds(entry, condition)) return false;
      entries.set(id, updatedEntry(entry, update));
      try {
        const { matchedCount } = await run(() => runs.updateOne({ _id: id }, update));
        return matchedCount > 0;
      } catch (error) {
        unsure.add(id);
        throw error;
      }
    },
    async list(workspace, filter, page) {
      const found = await select(
        (entry) => isListed(entry, workspace, filter),
        (a, b) => byAge(b, a),
      );
      return { items: await read(found.slice(page.offset, page.offset + page.limit)), total: found.length };
    },
    async listStarts(workspace, filter, position, limit) {
      const found = await select(
        ({ _id, createdAt, startedBy, ...entry }) =>
          entry.workspace === workspace &&
          (filter.accountId === undefined ? startedBy !== '' : startedBy === filter.accountId) &&
          isWithin(createdAt, filter) &&
          isAfter({ at: createdAt, id: _id }, position),
        (a, b) => byAge(b, a),
      );
      return read(found.slice(0, limit));
    },
    async listNew(before, limit) {
      const isOld = (entry: HeadEntry): boolean => entry.live && entry.state === 'NEW' && entry.createdAt < before;
      return read((await select(isOld, byAge)).slice(0, limit));
    },
    async listDirty(limit) {
      return read((await select((entry) => entry.dirty, byId)).slice(0, limit));
    },
    async listLive(afterId, limit) {
      const isLive = (entry: HeadEntry): boolean => entry.live && (afterId === undefined || entry._id > afterId);
      return read((await select(isLive, byId)).slice(0, limit));
    },
  };
};
