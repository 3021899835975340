import type { Stores } from '../store/ports';

export interface ApprovalSweepDeps {
  readonly approvals: Pick<Stores['approvals'], 'listOpen' | 'cancel'>;
  readonly runs: Pick<Stores['runs'], 'getById'>;
  /** Epoch ms. */
  readonly clock: () => number;
  /** Rows looked at in one call. */
  readonly perTick: number;
}

/**
 * Walks over the open rows of the inbox, in slices, and closes those whose run has ended without closing them: it was terminated, or
 * its worker was lost at that moment. Answers how many.
 */
export const createApprovalSweep = ({ approvals, runs, clock, perTick }: ApprovalSweepDeps) => {
  let after: string | undefined;
  return async (): Promise<number> => {
    const open = await approvals.listOpen(after, perTick);
    let closed = 0;
    for (const { id, runId } of open) {
      const run = await runs.getById(runId);
      if (run !== undefined && run.endedAt === undefined) continue;
      if (await approvals.cancel(id, run?.endedAt ?? new Date(clock()))) closed += 1;
    }
    after = open.length < perTick ? undefined : open.at(-1)?.id;
    return closed;
  };
};
