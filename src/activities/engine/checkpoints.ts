import type { Activities } from '../contract';
import type { Values } from '../values';

/** X8: the state of a run between two executions. */
export const createSaveCheckpoint =
  (values: Values): Activities['saveCheckpoint'] =>
  ({ workspace, runId, key, state }) =>
    values.put({ workspace, runId }, ['checkpoint', key], state);
