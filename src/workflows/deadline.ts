import { CancellationScope, sleep } from '@temporalio/workflow';
import { summaryOf, type Deadline } from '../flow';

/** X12: one timer a run, in a scope of its own, replaced only when an earlier deadline appears. */
export const createDeadline = (onDue: () => void) => {
  let timer: { readonly at: number; readonly scope: CancellationScope } | undefined;
  return {
    /**
     * Makes sure that `onDue` is called at the deadline or before; what is due then is the caller's to see. The Temporal UI
     * shows which node run set it.
     */
    set(deadline: Deadline | undefined): void {
      if (deadline === undefined || (timer !== undefined && timer.at <= deadline.at)) return;
      const { at, path } = deadline;
      timer?.scope.cancel();
      const scope = new CancellationScope({ cancellable: true });
      const mine = { at, scope };
      timer = mine;
      scope
        .run(() => sleep(Math.max(1, at - Date.now()), { summary: path === '' ? 'time limit of the run' : summaryOf(path) }))
        .then(
          () => {
            if (timer === mine) timer = undefined;
            onDue();
          },
          () => undefined,
        );
    },
  };
};
