import { CancellationScope, sleep } from '@temporalio/workflow';

/** X12: one timer a run, in a scope of its own, replaced only when an earlier deadline appears. */
export const createDeadline = (onDue: () => void) => {
  let timer: { readonly at: number; readonly scope: CancellationScope } | undefined;
  return {
    /** Makes sure that `onDue` is called at `at` (epoch ms) or before; what is due then is the caller's to see. */
    set(at: number | undefined): void {
      if (at === undefined || (timer !== undefined && timer.at <= at)) return;
      timer?.scope.cancel();
      const scope = new CancellationScope({ cancellable: true });
      const mine = { at, scope };
      timer = mine;
      scope
        .run(() => sleep(Math.max(1, at - Date.now())))
        .then(
          () => {
            if (timer === mine) timer = undefined;
            onDue();
          },
          () => undefined,
        );
    },
    clear(): void {
      timer?.scope.cancel();
      timer = undefined;
    },
  };
};
