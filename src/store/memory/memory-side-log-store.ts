import type { SideLogChunk, SideLogStore } from '../ports';
import { bySideLogOrder, isBehindMark, sideLogId } from '../side-log-order';

export const createMemorySideLogStore = (): SideLogStore => {
  const chunks = new Map<string, SideLogChunk>();
  return {
    async append(chunk) {
      const id = sideLogId(chunk);
      if (!chunks.has(id)) chunks.set(id, structuredClone(chunk));
    },
    async list(runId) {
      const found = [...chunks.values()].filter((chunk) => chunk.runId === runId);
      return structuredClone(found.sort(bySideLogOrder));
    },
    async readBehind(runId, marks) {
      const found = [...chunks.values()].filter(
        (chunk) => chunk.runId === runId && marks.some((mark) => isBehindMark(chunk, mark)),
      );
      return structuredClone(found.sort(bySideLogOrder));
    },
  };
};
