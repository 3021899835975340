import type { SideLogChunk, SideLogMark } from './ports';

export const sideLogId = (chunk: SideLogChunk): string => `${chunk.runId}:${chunk.nodeRunId}:${chunk.attempt}:${chunk.n}`;

/** Node run, attempt, chunk: as numbers, because chunk 10 comes after chunk 9. */
export const bySideLogOrder = (a: SideLogChunk, b: SideLogChunk): number => {
  if (a.nodeRunId !== b.nodeRunId) return a.nodeRunId < b.nodeRunId ? -1 : 1;
  return a.attempt - b.attempt || a.n - b.n;
};

/** Whether a chunk was said behind the mark, by its node run. */
export const isBehindMark = (chunk: SideLogChunk, { nodeRunId, attempt = 0, n = -1 }: SideLogMark): boolean =>
  chunk.nodeRunId === nodeRunId && (chunk.attempt > attempt || (chunk.attempt === attempt && chunk.n > n));
