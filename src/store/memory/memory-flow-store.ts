import type { Flow, FlowStore, FlowVersion } from '../ports';
import { newestFirst, pageOf } from './newest-first';

export const createMemoryFlowStore = (): FlowStore => {
  const flows = new Map<string, Flow>();
  const versions = new Map<string, FlowVersion>();
  const find = (workspace: string, id: string): Flow | undefined => {
    const flow = flows.get(id);
    return flow?.workspace === workspace ? flow : undefined;
  };
  const present = (workspace: string): Flow[] =>
    newestFirst(flows.values()).filter((flow) => flow.workspace === workspace && flow.deletedAt === undefined);

  return {
    async insert(flow) {
      if (flows.has(flow.id)) throw new Error(`the flow id ${flow.id} is taken`);
      flows.set(flow.id, structuredClone(flow));
    },
    async get(workspace, id, options) {
      const flow = find(workspace, id);
      return flow?.deletedAt === undefined || options?.withDeleted === true ? structuredClone(flow) : undefined;
    },
    async list(workspace, { tag, secretRef, category, enabled }, page) {
      return pageOf(
        present(workspace).filter(
          (flow) =>
            (tag === undefined || flow.tags.includes(tag)) &&
            (category === undefined || flow.category === category) &&
            (enabled === undefined || flow.enabled === enabled) &&
            (secretRef === undefined || flow.secretRefs?.includes(secretRef) === true),
        ),
        page,
      );
    },
    async findByName(workspace, name) {
      return structuredClone(present(workspace).find((flow) => flow.name === name));
    },
    async update(workspace, id, change) {
      const flow = find(workspace, id);
      if (flow === undefined || flow.deletedAt !== undefined) return undefined;
      const updated: Flow = { ...flow, ...structuredClone(change) };
      flows.set(id, updated);
      return structuredClone(updated);
    },
    async insertVersion(version) {
      const key = `${version.flowId}:${version.version}`;
      if (versions.has(key)) return false;
      versions.set(key, structuredClone(version));
      return true;
    },
    async getVersion(workspace, flowId, version) {
      const found = versions.get(`${flowId}:${version}`);
      return found?.workspace === workspace ? structuredClone(found) : undefined;
    },
    async listVersions(workspace, flowId, page) {
      const found = [...versions.values()].filter((version) => version.workspace === workspace && version.flowId === flowId);
      return pageOf(
        found.sort((a, b) => b.version - a.version),
        page,
      );
    },
  };
};
