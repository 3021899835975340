import type { Workspace, WorkspaceStore } from '../ports';

export const createMemoryWorkspaceStore = (): WorkspaceStore => {
  const workspaces: Workspace[] = [];
  return {
    insert: async (workspace) => void workspaces.push(structuredClone(workspace)),
    list: async () => structuredClone(workspaces),
  };
};
