/** Which commands go out now. Before a continue-as-new (X8) and while the run is held (X11) nothing new starts; the rest waits. */
import type { Command, RunEvent } from '../flow';

type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;
type Start = CommandOf<'call'> | CommandOf<'startChild'>;

/** Takes back what was stopped before it went out: it never runs. `events` tell the interpreter of its end. */
export const withdrawStopped = (
  queue: readonly Command[],
): { readonly commands: readonly Command[]; readonly events: readonly RunEvent[] } => {
  let commands: Command[] = [];
  const events: RunEvent[] = [];
  for (const command of queue) {
    const stopped = commands.find((earlier) => isStoppedBy(earlier, command));
    if (stopped === undefined) commands.push(command);
    else {
      commands = commands.filter((each) => each !== stopped && !isSignalTo(each, stopped));
      events.push(endOf(stopped));
    }
  }
  return { commands, events };
};

/** Splits by what a closed gate lets through: only what ends something, and what a child that runs is told. */
export const throughClosedGate = (
  queue: readonly Command[],
): { readonly now: readonly Command[]; readonly later: readonly Command[] } => {
  const now: Command[] = [];
  const later: Command[] = [];
  for (const command of queue) {
    const waits = startsWork(command) || later.some((start) => isSignalTo(command, start));
    (waits ? later : now).push(command);
  }
  return { now, later };
};

/** The row of an approval tells what has happened: it is no consequence (X11). */
const PASS: readonly Command['type'][] = ['stopAttempt', 'signalChild', 'recordApproval', 'leaveSlot', 'yield'];
const startsWork = ({ type }: Command): boolean => !PASS.includes(type);

const isStoppedBy = (start: Command, command: Command): start is Start =>
  command.type === 'stopAttempt'
    ? start.type === 'call' && start.path === command.path
    : command.type === 'signalChild' && command.signal === 'cancel' && isSignalTo(command, start);

const isSignalTo = (command: Command, start: Command): boolean =>
  command.type === 'signalChild' && start.type === 'startChild' && command.childRunId === start.childRunId;

const endOf = (start: Start): RunEvent =>
  start.type === 'call'
    ? { type: 'callStopped', path: start.path, attempt: start.attempt }
    : { type: 'childEnded', path: start.path, childRunId: start.childRunId, state: 'CANCELLED' };
