export { createJournalBatcher } from './batcher';
export type { BatcherDeps, BatcherOptions, JournalBatcher } from './batcher';
export type {
  CloseAnswer,
  EngineClose,
  EngineReader,
  ExecutionHistory,
  OpenRun,
  OpenRunPage,
  ProblemRun,
  ReplayJournal,
} from './engine-port';
export { createReconciler } from './reconciler';
export type { ReconcileReport, Reconciler, ReconcilerOptions, StartDecision } from './reconciler';
export { createRunCloser } from './run-closer';
export type { RunCloser } from './run-closer';
