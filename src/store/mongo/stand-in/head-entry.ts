import { isWithin } from '../../audit-order';
import type { RunFilter } from '../../ports';
import type { HeadCondition } from '../head-gate';
import type { RunRow } from '../rows';
import type { RunUpdate } from '../run-rows';

/** What lists and conditions ask of a head. */
export type HeadEntry = Pick<
  RunRow,
  '_id' | 'workspace' | 'flowId' | 'startedBy' | 'state' | 'live' | 'dirty' | 'epoch' | 'createdAt'
>;

export const HEAD_ENTRY_MEMBERS: Readonly<Record<string, 1>> = {
  workspace: 1,
  flowId: 1,
  startedBy: 1,
  state: 1,
  live: 1,
  dirty: 1,
  epoch: 1,
  createdAt: 1,
};

export const headEntryOf = ({ _id, workspace, flowId, startedBy, state, live, dirty, epoch, createdAt }: RunRow): HeadEntry => ({
  _id,
  workspace,
  flowId,
  startedBy,
  state,
  live,
  dirty,
  epoch,
  createdAt,
});

/** The entry after the update; members that no list asks for stay out. */
export const updatedEntry = (entry: HeadEntry, { $set }: RunUpdate): HeadEntry => ({
  ...entry,
  ...Object.fromEntries(Object.entries($set).filter(([name]) => Object.hasOwn(HEAD_ENTRY_MEMBERS, name))),
});

export const holds = (entry: HeadEntry, { live, atMostEpoch }: HeadCondition): boolean =>
  (live === undefined || live === entry.live) && (atMostEpoch === undefined || entry.epoch <= atMostEpoch);

export const isListed = (entry: HeadEntry, workspace: string, { flowId, states, ...times }: RunFilter): boolean =>
  entry.workspace === workspace &&
  (flowId === undefined || entry.flowId === flowId) &&
  (states === undefined || states.includes(entry.state)) &&
  isWithin(entry.createdAt, times);

export const byId = (a: HeadEntry, b: HeadEntry): number => (a._id < b._id ? -1 : 1);
/** Ascending by (createdAt, id). */
export const byAge = (a: HeadEntry, b: HeadEntry): number => a.createdAt.getTime() - b.createdAt.getTime() || byId(a, b);
