import { RepriseError } from '../../flow';
import type { AuditEntry, AuditFilter, ListPosition, Run, Stores } from '../../store/ports';
import type { AuditService } from '../contract';

const START = 'run.start';

/**
 * The trail, newest first. Starts are not written twice: their entries are made of the run rows, which say who asked, when and
 * from where; so the path of a start has no write for them, and none can be missing.
 */
export function createAuditService({ audit, runs }: Pick<Stores, 'audit' | 'runs'>): AuditService {
  const listStarts = async (
    workspace: string,
    filter: AuditFilter,
    position: ListPosition | undefined,
    limit: number,
  ): Promise<readonly AuditEntry[]> => {
    if (filter.action !== undefined && filter.action !== START) return [];
    if (filter.targetId !== undefined) return [];
    const after = position === undefined ? undefined : { at: position.at, id: toRunId(position.id) };
    return (await runs.listStarts(workspace, filter, after, limit)).map(startOf);
  };
  /** The start of the one run that is asked for. */
  const findStart = async (
    workspace: string,
    { action, targetId, accountId, since, until }: AuditFilter,
  ): Promise<readonly AuditEntry[]> => {
    if (targetId?.startsWith('run_') !== true || (action !== undefined && action !== START)) return [];
    const run = await runs.get(workspace, targetId);
    if (run?.trigger.asked === undefined || (accountId !== undefined && run.trigger.by !== accountId)) return [];
    const isWithin = (since === undefined || run.createdAt >= since) && (until === undefined || run.createdAt < until);
    return isWithin ? [startOf(run)] : [];
  };

  return {
    list: async ({ workspace }, filter, { cursor, limit }) => {
      const position = cursor === undefined ? undefined : fromCursor(cursor);
      // One more than asked for tells whether the list goes on.
      const [written, starts, start] = await Promise.all([
        filter.action === START ? [] : audit.list(workspace, filter, position, limit + 1),
        listStarts(workspace, filter, position, limit + 1),
        findStart(workspace, filter),
      ]);
      const later = start.filter((entry) => position === undefined || isNewer(position, entry));
      const all = [...written, ...starts, ...later].sort((a, b) => (isNewer(a, b) ? -1 : 1));
      const entries = all.slice(0, limit);
      const last = entries.at(-1);
      return { entries, ...(all.length > limit && last !== undefined && { cursor: toCursor(last) }) };
    },
  };
}

/** The ulid of a run is that of its entry, so that one position serves both lists. */
const toEntryId = (runId: string): string => runId.replace(/^run_/, 'audit_');
const toRunId = (entryId: string): string => entryId.replace(/^audit_/, 'run_');

const isNewer = (a: ListPosition, b: ListPosition): boolean => (a.at.getTime() === b.at.getTime() ? a.id > b.id : a.at > b.at);

function startOf({ id, workspace, createdAt, trigger, flowId, version }: Run): AuditEntry {
  const { by = '', asked } = trigger;
  return {
    id: toEntryId(id),
    workspace,
    at: createdAt,
    actor: { accountId: by, ...(asked !== undefined && { email: asked.email, credential: asked.credential }) },
    action: START,
    target: { type: 'run', id },
    ...(asked?.request !== undefined && { request: asked.request }),
    details: { flowId, version },
  };
}

const toCursor = ({ at, id }: ListPosition): string => Buffer.from(`${at.getTime()}.${id}`).toString('base64url');

function fromCursor(text: string): ListPosition {
  const [, time, id] = /^(\d{1,15})\.(audit_\w{1,64})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (time !== undefined && id !== undefined) return { at: new Date(Number(time)), id };
  const reason = 'is no cursor of this list: take the one that the last page answered';
  throw new RepriseError('invalid_request', `The query member "cursor" ${reason}.`, { details: { field: 'cursor', reason } });
}
