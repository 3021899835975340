/**
 * What signals carry: operators send them by hand from the Temporal UI, and a signal that throws would stall its run for ever
 * (P11). So what does not fit is passed over, and what is missing has a default.
 */
import { isJsonObject, isTerminalRunState, type JsonObject, type RunEvent, type RunState } from '../flow';
import type { ActorInput, ChildEndedInput } from './contract';

export const toActor = (input: unknown): ActorInput => {
  const { by, reason } = membersOf(input);
  return { ...(typeof by === 'string' ? { by } : {}), ...(typeof reason === 'string' ? { reason } : {}) };
};

export const toDelivery = (input: unknown): Extract<RunEvent, { type: 'deliver' }> | undefined => {
  const { name, key, data = null, id, by } = membersOf(input);
  if (typeof name !== 'string') return undefined;
  return {
    type: 'deliver',
    name,
    data,
    ...(typeof key === 'string' ? { key } : {}),
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof by === 'string' ? { by } : {}),
  };
};

/** From a child of ours, which tells the truth of its result; from anyone else only what has the form of it. */
export const toChildEnd = (input: unknown): Extract<RunEvent, { type: 'childEnded' }> | undefined => {
  const { path, runId, result } = membersOf(input);
  const { state } = membersOf(result);
  if (typeof path !== 'string' || typeof runId !== 'string' || typeof state !== 'string') return undefined;
  if (!isTerminalRunState(state as RunState)) return undefined;
  const { output, error, state: ended } = (input as ChildEndedInput).result;
  return {
    type: 'childEnded',
    path,
    childRunId: runId,
    state: ended,
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { failure: error }),
  };
};

export const membersOf = (input: unknown): Readonly<Partial<JsonObject>> => (isJsonObject(input) ? input : {});
