import type { ListPosition, Page, PageRequest, Run, RunFilter, StartFilter } from '../ports';

/** Which heads a list shows; without their nodes. */
export interface RunFinder {
  list(workspace: string, filter: RunFilter, page: PageRequest): Promise<Page<Run>>;
  listStarts(workspace: string, filter: StartFilter, position: ListPosition | undefined, limit: number): Promise<readonly Run[]>;
  listNew(before: Date, limit: number): Promise<readonly Run[]>;
  listDirty(limit: number): Promise<readonly Run[]>;
  listLive(afterId: string | undefined, limit: number): Promise<readonly Run[]>;
}
