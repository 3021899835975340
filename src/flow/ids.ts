import { sha256Hex, stableId } from './hash';

/** The id of a node run, known before it begins (X2). */
export const nodeRunIdOf = (runId: string, path: string): string => stableId('nrun', `${runId}|${path}`);
/** Stable over the retries of a node run (X2): what an outbound call carries as `Idempotency-Key`. */
export const idempotencyKeyOf = (runId: string, path: string): string => stableId('idem', `${runId}|${path}`);
/** One attempt's write is applied once, however often it is delivered (X1). */
export const operationIdOf = (runId: string, path: string, attempt: number): string =>
  sha256Hex(`${runId}|${path}|${attempt}`).slice(0, 40);
