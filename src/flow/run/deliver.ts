import { LIMITS } from '../limits';
import { inline } from '../value';
import { DEFAULT_ACTION } from '../words';
import { record, type Machine } from './machine';
import { settle } from './settle';
import type { DeliveredEvent, NodeRun } from './state';

export type DeliveryOutcome = 'delivered' | 'kept' | 'duplicate' | 'full';

type Moment = Pick<Machine, 'state' | 'nowMs'>;

/** X10: at or after its deadline a wait takes nothing, whether its timer has been seen or not. */
const matches = (run: NodeRun, event: Pick<DeliveredEvent, 'name' | 'key'>, nowMs: number): boolean =>
  run.event !== undefined &&
  run.stopping === undefined &&
  !(run.wake !== undefined && run.wake.at <= nowMs) &&
  run.event.name === event.name &&
  (run.event.key === undefined || run.event.key === event.key);

/** The oldest wait that takes this event. */
const waitFor = ({ state, nowMs }: Moment, event: Pick<DeliveredEvent, 'name' | 'key'>): NodeRun | undefined =>
  Object.values(state.runs).find((run) => matches(run, event, nowMs));

const answer = (machine: Machine, run: NodeRun, event: DeliveredEvent): void =>
  settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output: inline(event.data) });

/** An event that came before its wait (or while the run was held) is taken now. */
export const takeEarlyEvent = (machine: Machine, run: NodeRun): void => {
  const { state } = machine;
  if (state.held !== undefined) return;
  const index = state.early.findIndex((event) => matches(run, event, machine.nowMs));
  const [event] = index < 0 ? [] : state.early.splice(index, 1);
  if (event !== undefined) answer(machine, run, event);
};

/** What a delivery would do; the update's validator refuses `full` (100 kept a run). */
export const foresee = (
  machine: Moment,
  event: { readonly name: string; readonly key?: string; readonly id?: string },
): DeliveryOutcome => {
  const { state } = machine;
  if (event.id !== undefined && state.seenEvents.includes(event.id)) return 'duplicate';
  if (state.held === undefined && waitFor(machine, event) !== undefined) return 'delivered';
  return state.early.length >= LIMITS.earlyEvents ? 'full' : 'kept';
};

export const deliver = (
  machine: Machine,
  delivery: Omit<DeliveredEvent, 'at'> & { readonly id?: string; readonly by?: string },
): DeliveryOutcome => {
  const { state } = machine;
  const outcome = foresee(machine, delivery);
  if (outcome === 'duplicate') return outcome;
  const { id, by, ...facts } = delivery;
  if (id !== undefined) state.seenEvents = [...state.seenEvents, id].slice(-1_000);
  record(machine, {
    type: 'event.received',
    level: outcome === 'full' ? 'warn' : 'debug',
    message:
      outcome === 'full'
        ? `Event ${facts.name} dropped: ${LIMITS.earlyEvents} events are kept already`
        : `Event ${facts.name} received (${outcome})`,
    data: { name: facts.name, key: facts.key ?? null, outcome, by: by ?? null },
  });
  const event: DeliveredEvent = { ...facts, at: machine.nowMs };
  const run = outcome === 'delivered' ? waitFor(machine, event) : undefined;
  if (run !== undefined) answer(machine, run, event);
  else if (outcome === 'kept') state.early.push(event);
  return outcome;
};
