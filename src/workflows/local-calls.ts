/**
 * Local attempts (X3). Those that are asked for together go out together, with a copy of the run behind them: the activity goes on
 * with what follows (`runAhead`). Its outcomes are taken in the order in which they came, each only when the interpreter has asked
 * for that attempt with those params; what it does not ask for by then is forgotten.
 */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { AheadStep, RunAheadInput } from '../activities/contract';
import { stampOf, type CallCommand, type RunEvent, type RunFacts } from '../flow';
import type { Clock } from './clock';
import type { Report } from './engine-work';
import { localFor } from './local';
import type { TaskBudget } from './task-budget';

type Ahead = NonNullable<RunAheadInput['run']>;

/** Calls that the summary of a flight names. */
const SHOWN = 5;

interface Flight {
  readonly scope: CancellationScope;
  readonly calls: readonly CallCommand[];
  readonly stopped: Set<string>;
}

export const createLocalCalls = (facts: RunFacts, clock: Clock, report: Report, charge: TaskBudget['charge']) => {
  const asked = new Map<string, CallCommand>();
  let landed: readonly AheadStep[] = [];
  let landedSince = 0;
  let flight: Flight | undefined;

  /** Tells of the next outcome that was asked for. */
  const tellNext = (): boolean => {
    while (landed.length > 0) {
      const [step, ...rest] = landed;
      landed = rest;
      if (step === undefined || !isAskedFor(step)) continue;
      asked.delete(step.path);
      report(step.event, landedSince + step.tookMs);
      return true;
    }
    return false;
  };

  const isAskedFor = ({ path, attempt, stamp }: AheadStep): boolean => {
    const command = asked.get(path);
    return command?.attempt === attempt && (stamp === undefined || stamp === stampOf(command));
  };

  const land = (since: number, steps: readonly AheadStep[]): void => {
    flight = undefined;
    landed = steps;
    landedSince = since;
    charge({ bytes: JSON.stringify(steps).length, localMs: steps.at(-1)?.tookMs ?? 0 });
    if (!tellNext()) report({ type: 'time' }, since);
  };

  const launch = (run: Ahead | undefined): void => {
    const calls = [...asked.values()];
    const scope = new CancellationScope({ cancellable: true });
    const startedAt = clock.now();
    flight = { scope, calls, stopped: new Set() };
    const input: RunAheadInput = { facts, calls, startedAt, ...(run === undefined ? {} : { run }) };
    scope
      .run(() =>
        localFor(
          calls
            .slice(0, SHOWN)
            .map(({ path }) => path)
            .join(', '),
        ).runAhead(input),
      )
      .then(
        ({ steps }) => land(startedAt, steps),
        (error: unknown) => {
          const type = isCancellation(error) ? 'callStopped' : 'callEscalated';
          land(
            startedAt,
            calls.map(({ path, attempt }) => ({ path, attempt, event: { type, path, attempt } satisfies RunEvent, tookMs: 0 })),
          );
        },
      );
  };

  return {
    ask: (command: CallCommand): void => void asked.set(command.path, command),
    /** A flight ends early when nobody waits for any of its calls; else it has two seconds anyway. */
    stop(path: string): void {
      const command = asked.get(path);
      if (command === undefined) return;
      if (flight?.calls.includes(command) !== true) {
        asked.delete(path);
        return report({ type: 'callStopped', path, attempt: command.attempt }, clock.now());
      }
      flight.stopped.add(path);
      if (flight.calls.every((call) => flight?.stopped.has(call.path))) flight.scope.cancel();
    },
    /** When all that was told is taken: tells more, or lets go what was asked for. `run`: the run as it is now, when it is alone. */
    goOn(run: () => Ahead | undefined): void {
      if (flight === undefined && !tellNext() && asked.size > 0) launch(run());
    },
    has: (path: string): boolean => asked.has(path),
    idle: (): boolean => asked.size === 0,
  };
};
