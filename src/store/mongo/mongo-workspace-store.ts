import type { WorkspaceStore } from '../ports';
import type { Database } from './database';

export const createMongoWorkspaceStore = ({ models, run, insertOnce }: Database): WorkspaceStore => ({
  async insert({ id, ...workspace }) {
    await insertOnce(models.workspaces, { _id: id, ...workspace });
  },
  async list() {
    const rows = await run(() => models.workspaces.find({}).sort({ createdAt: 1, _id: 1 }).lean());
    return rows.map(({ _id, ...workspace }) => ({ id: _id, ...workspace }));
  },
});
