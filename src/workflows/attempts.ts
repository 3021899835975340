/**
 * Turns commands into Temporal's: activities, local activities, children, signals. Each reports back by an event.
 * X9: every attempt has its own scope; a stopped one is awaited (≤ 30 s) and then abandoned.
 */
import { ActivityCancellationType, CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { CallOutput, MeasuredActivities, RunAheadInput } from '../activities/contract';
import { NODE_FAILURE, summaryOf, toCallRequest, type CallCommand, type Command, type RunEvent, type RunFacts } from '../flow';
import { createApprovalWork } from './approval-work';
import { createChildren } from './children';
import type { Clock } from './clock';
import { createEngineWork, type Report } from './engine-work';
import { toFailure } from './failures';
import { createLocalCalls } from './local-calls';
import { createSlotWork } from './slot-work';
import type { TaskBudget } from './task-budget';

const ABANDON_AFTER_MS = 30_000;
/** Temporal retries what is lost with a worker; a node failure is never retried by it (X4). */
const INFRASTRUCTURE_RETRY = {
  initialInterval: 500,
  maximumInterval: 5_000,
  maximumAttempts: 20,
  nonRetryableErrorTypes: [NODE_FAILURE],
};

/** A regular attempt in flight. */
interface Attempt {
  readonly timeoutMs: number;
  readonly scope: CancellationScope;
  readonly end: (event: RunEvent) => void;
  readonly stopped: RunEvent;
  /** Being stopped: its scope ends the time in which that is awaited. */
  patience?: CancellationScope;
  /** Stopped by us alone: the same attempt runs again later (X8). */
  postponed?: true;
}

export const createAttempts = (
  facts: RunFacts,
  searchable: boolean,
  clock: Clock,
  report: Report,
  charge: TaskBudget['charge'],
) => {
  const attempts = new Map<string, Attempt>();
  const locals = createLocalCalls(facts, clock, report, charge);
  const engine = createEngineWork(facts, clock, report);
  const children = createChildren(facts, searchable, report);
  const approvals = createApprovalWork(facts, () => report({ type: 'time' }));

  const slots = createSlotWork((event) => report(event, clock.now()));

  const perform = (command: Command): void => {
    switch (command.type) {
      case 'call':
        return command.mode === 'local' ? locals.ask(command) : call(command);
      case 'evaluate':
        return engine.evaluate(command);
      case 'offload':
        return engine.offload(command);
      case 'readItems':
        return engine.readItems(command);
      case 'openApproval':
        return engine.openApproval(command);
      case 'recordApproval':
        return approvals.record(command);
      case 'tellApprovers':
        return approvals.tell(command);
      case 'takeSlot':
        return slots.take(command);
      case 'leaveSlot':
        return slots.leave(command);
      case 'startChild':
        return children.start(command);
      case 'signalChild':
        return children.tell(command.childRunId, command.signal);
      case 'stopAttempt':
        return stop(command.path);
      case 'yield':
        return;
    }
  };

  const call = (command: CallCommand): void => {
    const { path, attempt, timeoutMs } = command;
    const scope = new CancellationScope({ cancellable: true });
    const mine: Attempt = {
      timeoutMs,
      scope,
      stopped: { type: 'callStopped', path, attempt },
      // An abandoned attempt ends once only, too: what it says later is not heard (it may still do something: at least once).
      end: (event) => {
        if (attempts.get(path) !== mine) return;
        attempts.delete(path);
        mine.patience?.cancel();
        report(mine.postponed === true && event.type === 'callStopped' ? { type: 'callEscalated', path, attempt } : event);
      },
    };
    attempts.set(path, mine);
    scope
      .run(() => regular(command).call(toCallRequest(facts, command)))
      .then(
        (output: CallOutput) => mine.end({ type: 'callDone', path, attempt, ...output }),
        (error: unknown) => mine.end(toCallEvent(error, command)),
      );
  };

  const stop = (path: string): void => {
    const mine = attempts.get(path);
    if (mine === undefined) return locals.stop(path);
    if (mine.patience !== undefined) return;
    mine.scope.cancel();
    const patience = new CancellationScope({ cancellable: true });
    mine.patience = patience;
    patience
      .run(() => sleep(ABANDON_AFTER_MS, { summary: summaryOf(`${path}: stopping`) }))
      .then(
        () => mine.end(mine.stopped),
        () => undefined,
      );
  };

  return {
    perform,
    /** When all that was reported is taken: local work goes on. `run`: what may run ahead, while nothing else is in flight. */
    goOn: (run: () => RunAheadInput['run']): void =>
      locals.goOn(() => (attempts.size === 0 && engine.idle() && children.idle() ? run() : undefined)),
    /** Local work in flight: the workflow task goes on until it ends. */
    hasLocal: () => engine.hasLocal() || slots.hasLocal() || !locals.idle(),
    /** Rows of approvals are being written, or a slot given back: the run does not end before them. */
    isRecording: () => approvals.isRecording() || !slots.idle(),
    hasRegular: () => attempts.size > 0,
    /** Longest limit of the regular attempts in flight, ms. */
    longestMs: () => Math.max(0, ...[...attempts.values()].map(({ timeoutMs }) => timeoutMs)),
    idle: () => attempts.size === 0 && locals.idle() && engine.idle() && children.idle() && approvals.idle() && slots.idle(),
    /** X8: a very long history cannot wait for a long attempt; it is stopped and runs again as the same attempt. */
    postponeAll: () => {
      for (const [path, attempt] of attempts) {
        // One that the flow has stopped already is not to run again.
        if (attempt.patience !== undefined) continue;
        attempt.postponed = true;
        stop(path);
      }
    },
  };
};
export type Attempts = ReturnType<typeof createAttempts>;

/** Up to this limit a lost worker shows by the attempt's own time; above it, heartbeats tell earlier. */
const WITHOUT_HEARTBEAT_MS = 30_000;

/**
 * The attempt's own limit is enforced by the activity; Temporal's is a net under it. A heartbeat limit costs the server a timer
 * that fires for every attempt, also for those that ended long ago (measured: 3 ms of its time each).
 */
const regular = (command: CallCommand) =>
  proxyActivities<MeasuredActivities>({
    startToCloseTimeout: command.timeoutMs + 5_000,
    ...(command.timeoutMs > WITHOUT_HEARTBEAT_MS ? { heartbeatTimeout: '5s' } : {}),
    retry: INFRASTRUCTURE_RETRY,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: summaryOf(command.path),
  });

const toCallEvent = (error: unknown, command: CallCommand): RunEvent => {
  const { path, attempt } = command;
  if (isCancellation(error)) return { type: 'callStopped', path, attempt };
  return { type: 'callFailed', path, attempt, failure: toFailure(error, path) };
};
