/** Slots of flows with a concurrency limit: claims by insert (M2), so that never more runs have one than the limit. */

/** Who wants one of the `limit` slots of a scope; `since` orders the queue. */
export interface SlotClaim {
  readonly scope: string;
  readonly limit: number;
  readonly runId: string;
  readonly since: Date;
}
export type SlotAnswer =
  | { readonly taken: true }
  /** Runs with a slot, then those in front in the queue, each oldest first. */
  | { readonly taken: false; readonly older: readonly string[] };

export interface SlotStore {
  /**
   * Idempotent by run. A run that `waits` takes its place in the queue before it looks, so that whoever leaves sees it; nobody
   * passes those in front. With `mends`, slots and places of runs that have ended are freed first.
   */
  take(claim: SlotClaim, how: { readonly waits: boolean; readonly mends: boolean }): Promise<SlotAnswer>;
  /** Gives up slot and place. Answers the runs in front of the queue, as many as slots are free. */
  leave(claim: SlotClaim): Promise<readonly string[]>;
}
