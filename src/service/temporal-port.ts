import type { EngineReader } from '../projection/engine-port';
import type { ScheduleEngine } from './schedules/engine-port';
import type { RunFlowArgs, UpdateAnswer } from '../workflows/contract';

/** A start of `runFlow`; the run id is the workflow id (S1). */
export interface StartRequest {
  readonly args: Exclude<RunFlowArgs, { readonly kind: 'resume' }>;
  readonly runId: string;
  /** One line for the Temporal UI. */
  readonly summary: string;
  /** Our own run limit plus a day (P10). */
  readonly executionTimeoutMs: number;
  readonly attributes: { readonly flow: string; readonly workspace: string };
}

/**
 * Temporal as the use cases need it. Every method answers or throws RepriseError `unavailable` within 5 s (long polls:
 * within their time), goes on by itself when Temporal is back, and gives gRPC errors no way out.
 */
export interface TemporalPort extends EngineReader {
  /**
   * S1. `existing`: this workflow id was started before, whatever became of it.
   * @param conflict `join` for a start that may be repeated; `refuse` also reports one that still runs
   */
  startRun(request: StartRequest, conflict?: 'join' | 'refuse'): Promise<'started' | 'existing'>;
  /** undefined: there is no such open run. Throws the refusal of a validator, `decision_pending` when no answer came in time (X10). */
  update(runId: string, name: string, input: unknown, updateId: string): Promise<UpdateAnswer | undefined>;
  /** undefined when no worker answered within `timeoutMs` (or none can). */
  query(runId: string, name: string, timeoutMs: number): Promise<unknown>;
  /**
   * Asks Temporal itself to cancel a run whose update `cancel` was accepted: only then does the workflow close as Canceled
   * (P10). A run that has ended meanwhile is left alone.
   */
  requestCancel(runId: string): Promise<void>;
  readonly schedules: ScheduleEngine;
  /** Whether Temporal answers within `timeoutMs`. */
  ping(timeoutMs: number): Promise<boolean>;
}
