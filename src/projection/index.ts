export { createJournalBatcher } from './batcher';
export type { BatcherOptions, JournalBatcher } from './batcher';
export type { CloseAnswer, EngineClose, ExecutionHistory, ReplayJournal } from './engine-port';
export { createReconciler } from './reconciler';
export type { Reconciler, ReconcilerOptions, StartDecision } from './reconciler';
export { createRunCloser } from './run-closer';
export type { RunCloser } from './run-closer';
