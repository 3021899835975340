import type { QueryFilter } from 'mongoose';
import type { FlowStore } from '../ports';
import type { Database } from './database';
import { flowOf, flowRowOf, flowVersionOf, flowVersionRowOf } from './flow-rows';
import type { FlowRow } from './rows';
import { optional } from './text';

export const createMongoFlowStore = ({ models, run, insertOnce }: Database): FlowStore => {
  const { flows, flowVersions } = models;

  const find = async (workspace: string, id: string): Promise<FlowRow | undefined> => {
    const row = await run(() => flows.findOne({ _id: id }).lean());
    return row?.workspace === workspace ? row : undefined;
  };

  return {
    async insert(flow) {
      if (!(await insertOnce(flows, flowRowOf(flow)))) throw new Error(`the flow id ${flow.id} is taken`);
    },
    async get(workspace, id, options) {
      const row = await find(workspace, id);
      return row === undefined || (row.deleted && options?.withDeleted !== true) ? undefined : flowOf(row);
    },
    async list(workspace, { tag, secretRef, category, enabled }, page) {
      const filter: QueryFilter<FlowRow> = {
        workspace,
        deleted: false,
        ...(tag === undefined ? {} : { tags: tag }),
        ...optional('category', category),
        ...optional('enabled', enabled),
        ...(secretRef === undefined ? {} : { secretRefs: secretRef }),
      };
      const total = await run(() => flows.countDocuments(filter));
      const found = await run(() =>
        flows.find(filter).sort({ createdAt: -1, _id: -1 }).skip(page.offset).limit(page.limit).lean(),
      );
      return { items: found.map(flowOf), total };
    },
    async findByName(workspace, name) {
      const found = await run(() =>
        flows.find({ workspace, deleted: false, name }).sort({ createdAt: -1, _id: -1 }).limit(1).lean(),
      );
      return found.map(flowOf)[0];
    },
    async update(workspace, id, change) {
      const row = await find(workspace, id);
      if (row === undefined || row.deleted) return undefined;
      const $set: Partial<FlowRow> = { ...mutable(change), ...(change.deletedAt === undefined ? {} : { deleted: true }) };
      const updated = await run(() => flows.findOneAndUpdate({ _id: id }, { $set }, { returnDocument: 'after' }).lean());
      return updated === null ? undefined : flowOf(updated);
    },
    async insertVersion(version) {
      return insertOnce(flowVersions, flowVersionRowOf(version));
    },
    async getVersion(workspace, flowId, version) {
      const row = await run(() => flowVersions.findOne({ _id: `${flowId}:${version}` }).lean());
      return row?.workspace === workspace ? flowVersionOf(row) : undefined;
    },
    async listVersions(workspace, flowId, page) {
      const filter = { flowId, workspace };
      const total = await run(() => flowVersions.countDocuments(filter));
      const found = await run(() => flowVersions.find(filter).sort({ version: -1 }).skip(page.offset).limit(page.limit).lean());
      return { items: found.map(flowVersionOf), total };
    },
  };
};

type Change = Parameters<FlowStore['update']>[2];
const mutable = ({ tags, secretRefs, ...change }: Change): Partial<FlowRow> => ({
  ...change,
  ...(tags === undefined ? {} : { tags: [...tags] }),
  ...(secretRefs === undefined ? {} : { secretRefs: [...secretRefs] }),
});
