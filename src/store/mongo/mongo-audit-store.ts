import { trusted, type QueryFilter } from 'mongoose';
import type { Json, RequestOrigin } from '../../flow';
import type { AuditActor, AuditEntry, AuditFilter, AuditStore, ListPosition } from '../ports';
import type { Database } from './database';
import type { AuditRow } from './rows';
import { fromOptionalText, fromText, optional, toText } from './text';

/** Append-only: there is no way to change or remove an entry. */
export const createMongoAuditStore = ({ models, run, insertOnce }: Database): AuditStore => ({
  async append(entry) {
    await insertOnce(models.audit, rowOf(entry));
  },
  async list(workspace, { accountId, action, targetId, ...times }, position, limit) {
    const filter: QueryFilter<AuditRow> = {
      workspace,
      ...optional('accountId', accountId),
      ...optional('action', action),
      ...optional('targetId', targetId),
      ...within('at', times),
      ...after('at', position),
    };
    const rows = await run(() => models.audit.find(filter).sort({ at: -1, _id: -1 }).limit(limit).lean());
    return rows.map(entryOf);
  },
});

/** The condition of a span of time on the member `name`. */
export const within = (name: string, { since, until }: Pick<AuditFilter, 'since' | 'until'>): Record<string, unknown> => {
  const range = { ...(since === undefined ? {} : { $gte: since }), ...(until === undefined ? {} : { $lt: until }) };
  return Object.keys(range).length === 0 ? {} : { [name]: trusted(range) };
};

/** The condition of coming after `position` in a list that is newest first by the time in `name` and `_id`. */
export const after = (name: string, position: ListPosition | undefined): Record<string, unknown> =>
  position === undefined
    ? {}
    : { $or: [{ [name]: trusted({ $lt: position.at }) }, { [name]: position.at, _id: trusted({ $lt: position.id }) }] };

const rowOf = ({ id, actor, target, request, details, ...entry }: AuditEntry): AuditRow => ({
  _id: id,
  ...entry,
  accountId: actor.accountId,
  actor: toText(actor),
  targetType: target.type,
  targetId: target.id,
  ...(request === undefined ? {} : { request: toText(request) }),
  ...(details === undefined ? {} : { details: toText(details) }),
});

const entryOf = (row: AuditRow): AuditEntry => ({
  id: row._id,
  workspace: row.workspace,
  at: row.at,
  actor: fromText(row.actor) as AuditActor,
  action: row.action,
  target: { type: row.targetType, id: row.targetId },
  ...optional('request', fromOptionalText(row.request) as RequestOrigin | undefined),
  ...optional('details', fromOptionalText(row.details) as Json | undefined),
});
