import { stringify } from '../expr/globals';
import type { Json } from '../json';
import { LIMITS } from '../limits';
import { inline } from '../value';
import { DEFAULT_ACTION } from '../words';
import { record, type Machine } from './machine';
import { settle } from './settle';
import type { DeliveredEvent, NodeRun, RunMemory } from './state';

export type DeliveryOutcome = 'delivered' | 'kept' | 'duplicate' | 'full';

type Moment = Pick<Machine, 'state' | 'nowMs'>;

type Arrival = Pick<DeliveredEvent, 'name' | 'key' | 'at'>;

/** X10: what came at or after its deadline a wait does not take, whether its timer has been seen or not. */
const matches = (run: NodeRun, event: Arrival): boolean =>
  run.event !== undefined &&
  run.stopping === undefined &&
  event.at < Math.min(run.wake?.at ?? Number.POSITIVE_INFINITY, run.limit ?? Number.POSITIVE_INFINITY) &&
  run.event.name === event.name &&
  (run.event.key === undefined || run.event.key === event.key);

/** The oldest wait that takes this event. */
const waitFor = ({ state }: Moment, event: Arrival): NodeRun | undefined =>
  Object.values(state.runs).find((run) => matches(run, event));

/** The kept events may not take more memory than all values of a run (X5). */
const isFull = (state: RunMemory, event: { readonly data: Json }): boolean =>
  state.early.length >= LIMITS.earlyEvents || state.earlyBytes + sizeOf(event) > LIMITS.heldBytes;
const sizeOf = ({ data }: { readonly data: Json }): number => stringify(data).length;

const answer = (machine: Machine, run: NodeRun, event: DeliveredEvent): void =>
  settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output: inline(event.data) });

/** An event that came before its wait (or while the run was held) is taken now. Not called while it is held. */
export const takeEarlyEvent = (machine: Machine, run: NodeRun): void => {
  const { state } = machine;
  const index = state.early.findIndex((event) => matches(run, event));
  const [event] = index < 0 ? [] : state.early.splice(index, 1);
  if (event === undefined) return;
  state.earlyBytes -= sizeOf(event);
  answer(machine, run, event);
};

/** What a delivery would do; the update's validator refuses `full` (100 kept a run). */
export const foresee = (
  machine: Moment,
  event: { readonly name: string; readonly key?: string; readonly id?: string; readonly data: Json },
): DeliveryOutcome => {
  const { state, nowMs } = machine;
  if (event.id !== undefined && state.seenEvents.includes(event.id)) return 'duplicate';
  if (state.held === undefined && waitFor(machine, { ...event, at: nowMs }) !== undefined) return 'delivered';
  return isFull(state, event) ? 'full' : 'kept';
};

export const deliver = (
  machine: Machine,
  delivery: Omit<DeliveredEvent, 'at'> & { readonly id?: string; readonly by?: string },
): DeliveryOutcome => {
  const { state } = machine;
  const outcome = foresee(machine, delivery);
  if (outcome === 'duplicate') return outcome;
  const { id, by, ...facts } = delivery;
  // A dropped one may be sent again.
  if (id !== undefined && outcome !== 'full') state.seenEvents = [...state.seenEvents, id].slice(-1_000);
  record(machine, {
    type: 'event.received',
    level: outcome === 'full' ? 'warn' : 'debug',
    message:
      outcome === 'full'
        ? `Event ${facts.name} dropped: as many events are kept as a run may keep`
        : `Event ${facts.name} received (${outcome})`,
    data: { name: facts.name, key: facts.key ?? null, outcome, by: by ?? null },
  });
  const event: DeliveredEvent = { ...facts, at: machine.nowMs };
  const run = outcome === 'delivered' ? waitFor(machine, event) : undefined;
  if (run !== undefined) answer(machine, run, event);
  else if (outcome === 'kept') {
    state.early.push(event);
    state.earlyBytes += sizeOf(event);
  }
  return outcome;
};
