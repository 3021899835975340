import type { Plan } from '../plan';
import { stopFrame } from './fail-and-stop';
import { toFailure } from './failures';
import type { SlotRequest } from './command';
import type { Failure } from '../failure';
import { frameOf, type Machine } from './machine';
import { ROOT_FRAME } from './paths';
import type { RunMemory, SlotMemory } from './state';

/** A run that was not woken looks for its slot again after 5 s, then ever less often. */
const FIRST_LOOK_MS = 5_000;
const LAST_LOOK_MS = 300_000;

/** What a run of this plan remembers of its way in: its time (S4), and its slot when the flow has a limit. */
export const entryOf = (plan: Plan, startedAt: number, notBefore: number | undefined): Pick<RunMemory, 'notBefore' | 'slot'> => ({
  ...(notBefore === undefined || notBefore <= startedAt ? {} : { notBefore }),
  ...(plan.concurrency === undefined
    ? {}
    : { slot: { state: 'out', since: Math.max(startedAt, notBefore ?? startedAt), tries: 0 } }),
});

/** Nothing new starts: the time of the run has not come, or it has no slot. What follows on the main part needs none. */
export const isKeptOut = ({ phase, notBefore, slot }: RunMemory): boolean =>
  phase === 'main' && (notBefore !== undefined || (slot !== undefined && slot.state !== 'taken'));

/** When a run that is kept out looks again. */
export const entryDue = ({ phase, notBefore, slot }: RunMemory): number | undefined =>
  phase === 'main' ? (notBefore ?? (slot?.state === 'queued' ? slot.lookAt : undefined)) : undefined;

export const takeEntryDue = ({ state, nowMs }: Machine): void => {
  if ((entryDue(state) ?? Number.POSITIVE_INFINITY) > nowMs) return;
  if (state.notBefore !== undefined) delete state.notBefore;
  else if (state.slot !== undefined) state.slot.state = 'out';
};

export const slotRequestOf = ({ facts, input, slot }: RunMemory, plan: Plan): SlotRequest | undefined =>
  slot === undefined || plan.concurrency === undefined
    ? undefined
    : { facts, input, concurrency: plan.concurrency, since: slot.since, tries: slot.tries };

/** Asks for a slot when there is something to do, and gives it up, or the place in the queue, where the flow says so. */
export const settleSlot = ({ state, plan, commands }: Machine): void => {
  const { slot } = state;
  const request = slotRequestOf(state, plan);
  if (slot === undefined || request === undefined || state.phase !== 'main') return;
  const isHeld = state.held !== undefined;
  if (slot.state === 'out' && !isHeld && state.notBefore === undefined && state.ready.length > 0) {
    slot.state = 'asked';
    commands.push({ type: 'takeSlot', request });
  } else if ((slot.state === 'queued' && isHeld) || (slot.state === 'taken' && givesUp(state, request))) {
    slot.state = 'out';
    commands.push({ type: 'leaveSlot', request });
  }
};

/** Nothing of it moves: each node waits for something outside, or would begin if the run were not held. */
const givesUp = (state: RunMemory, { concurrency }: SlotRequest): boolean => {
  if (concurrency.holdsSlot) return false;
  const leaves = Object.values(state.runs).filter((run) => run.block === undefined || run.busy !== undefined);
  const isStill =
    leaves.length > 0 && leaves.every((run) => run.state === 'WAIT' || (run.state === 'READY' && run.wake === undefined));
  return isStill && (state.held !== undefined || state.ready.length === 0);
};

export const slotTaken = ({ state }: Machine): void => {
  if (state.slot !== undefined) state.slot = { ...withoutLook(state.slot), state: 'taken' };
};

export const slotRefused = ({ state, nowMs }: Machine): void => {
  const { slot } = state;
  if (slot === undefined) return;
  const wait = Math.min(FIRST_LOOK_MS * 2 ** slot.tries, LAST_LOOK_MS);
  state.slot = { ...slot, state: 'queued', tries: slot.tries + 1, lookAt: nowMs + wait };
};

/** Word from a run that has left its slot. */
export const slotFree = ({ state }: Machine): void => {
  if (state.slot?.state === 'queued') state.slot = { ...withoutLook(state.slot), state: 'out' };
};

export const slotDenied = (machine: Machine, failure: Failure): void => {
  if (machine.state.phase !== 'main') return;
  const told = toFailure(failure.code, failure.message, '', failure.details === undefined ? {} : { details: failure.details });
  stopFrame(machine, frameOf(machine, ROOT_FRAME), { kind: 'failed', failure: told });
};

const withoutLook = (memory: SlotMemory): SlotMemory => {
  const { lookAt: _, ...slot } = memory;
  return slot;
};
