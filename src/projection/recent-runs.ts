import type { Epoch } from '../flow';

/** How far this process has brought a run's head. */
export interface RecentRun {
  readonly lastSeq: number;
  readonly epoch: Epoch;
}

/** The runs whose heads were written last; the oldest leave. */
export const createRecentRuns = (capacity: number) => {
  const runs = new Map<string, RecentRun>();
  return {
    get: (runId: string): RecentRun | undefined => runs.get(runId),
    set(runId: string, run: RecentRun): void {
      runs.delete(runId);
      runs.set(runId, run);
      const [oldest] = runs.keys();
      if (runs.size > capacity && oldest !== undefined) runs.delete(oldest);
    },
    forget: (runId: string): void => void runs.delete(runId),
  };
};
