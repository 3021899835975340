import type { RunState } from '../../flow';

export const EXECUTION_STATUSES = ['running', 'completed', 'failed', 'cancelled'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

/** Native run states in FlowRunner's words (dialects part A); the native one is always beside it as `state`. */
const STATUS_OF: Readonly<Record<RunState, ExecutionStatus>> = {
  NEW: 'running',
  DEFERRED: 'running',
  RUN: 'running',
  WAIT: 'running',
  ON_HOLD: 'running',
  DONE: 'completed',
  FAIL: 'failed',
  CANCELLED: 'cancelled',
  SKIP: 'completed',
  FILTERED: 'completed',
};

export const toStatus = (state: RunState): ExecutionStatus => STATUS_OF[state];

/** The native states that a status filter stands for. */
export const toStates = (status: ExecutionStatus): readonly RunState[] =>
  (Object.keys(STATUS_OF) as RunState[]).filter((state) => STATUS_OF[state] === status);
