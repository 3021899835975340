/** What an activity knows of its attempt: Temporal's, or a fake in tests. */
export interface ActivityRuntime {
  /** Aborts when the attempt is to stop; its reason is what to throw then. */
  readonly signal: AbortSignal;
  /** Says that the attempt is alive; without effect in local attempts. */
  heartbeat(): void;
  /** When the attempt was scheduled, epoch ms: the same however often it runs after a lost worker. */
  readonly scheduledAtMs: number;
}
