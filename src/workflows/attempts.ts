/**
 * Turns commands into Temporal's: activities, local activities, children, signals. Each reports back by an event.
 * X9: every attempt has its own scope; a stopped one is awaited (≤ 30 s) and then abandoned.
 */
import { ActivityCancellationType, CancellationScope, isCancellation, proxyActivities, sleep } from '@temporalio/workflow';
import type { CallInput, CallOutput, Measured, MeasuredActivities } from '../activities/contract';
import { operationIdOf, idempotencyKeyOf, NODE_FAILURE, type Command, type RunEvent, type RunFacts } from '../flow';
import { createChildren } from './children';
import type { Clock } from './clock';
import { createEngineWork, type Report } from './engine-work';
import { isNodeFailure, toFailure, tookMsOf } from './failures';
import { localFor } from './local';

const ABANDON_AFTER_MS = 30_000;
/** Temporal retries what is lost with a worker; a node failure is never retried by it (X4). */
const INFRASTRUCTURE_RETRY = {
  initialInterval: 500,
  maximumInterval: 5_000,
  maximumAttempts: 20,
  nonRetryableErrorTypes: [NODE_FAILURE],
};

type CallCommand = Extract<Command, { type: 'call' }>;

/** An attempt in flight. */
interface Attempt {
  readonly mode: 'local' | 'activity';
  readonly timeoutMs: number;
  readonly scope: CancellationScope;
  /** `tookMs`: how long a local attempt says that it worked. */
  readonly end: (event: RunEvent, tookMs?: number) => void;
  readonly stopped: RunEvent;
  /** Being stopped: its scope ends the time in which that is awaited. */
  patience?: CancellationScope;
  /** Stopped by us alone: the same attempt runs again later (X8). */
  postponed?: true;
}

export const createAttempts = (facts: RunFacts, searchable: boolean, clock: Clock, report: Report) => {
  const attempts = new Map<string, Attempt>();
  const engine = createEngineWork(facts, clock, report);
  const children = createChildren(facts, searchable, report);

  const perform = (command: Command): void => {
    switch (command.type) {
      case 'call':
        return call(command);
      case 'evaluate':
        return engine.evaluate(command);
      case 'offload':
        return engine.offload(command);
      case 'readItems':
        return engine.readItems(command);
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
    const { path, attempt, mode, timeoutMs } = command;
    const since = clock.now();
    const scope = new CancellationScope({ cancellable: true });
    const mine: Attempt = {
      mode,
      timeoutMs,
      scope,
      stopped: { type: 'callStopped', path, attempt },
      // An abandoned attempt ends once only, too: what it says later is not heard (it may still do something: at least once).
      end: (event, tookMs = 0) => {
        if (attempts.get(path) !== mine) return;
        attempts.delete(path);
        mine.patience?.cancel();
        const told: RunEvent =
          mine.postponed === true && event.type === 'callStopped' ? { type: 'callEscalated', path, attempt } : event;
        if (mode === 'local') report(told, since + tookMs);
        else report(told);
      },
    };
    attempts.set(path, mine);
    const input = toCallInput(facts, command);
    scope
      .run(() => (mode === 'local' ? localFor(path).call(input) : regular(command).call(input)))
      .then(
        ({ tookMs, ...output }: Measured<CallOutput>) => mine.end({ type: 'callDone', path, attempt, ...output }, tookMs),
        (error: unknown) => mine.end(toCallEvent(error, command), tookMsOf(error)),
      );
  };

  const stop = (path: string): void => {
    const mine = attempts.get(path);
    if (mine === undefined || mine.patience !== undefined) return;
    mine.scope.cancel();
    // A local attempt has two seconds anyway (X3).
    if (mine.mode === 'local') return;
    const patience = new CancellationScope({ cancellable: true });
    mine.patience = patience;
    patience
      .run(() => sleep(ABANDON_AFTER_MS, { summary: `${path}: stopping` }))
      .then(
        () => mine.end(mine.stopped),
        () => undefined,
      );
  };

  const regularOnes = (): Attempt[] => [...attempts.values()].filter(({ mode }) => mode === 'activity');

  return {
    perform,
    /** Local attempts in flight: the workflow task goes on until they end. */
    hasLocal: () => engine.hasLocal() || [...attempts.values()].some(({ mode }) => mode === 'local'),
    hasRegular: () => regularOnes().length > 0,
    /** Longest limit of the regular attempts in flight, ms. */
    longestMs: () => Math.max(0, ...regularOnes().map(({ timeoutMs }) => timeoutMs)),
    idle: () => attempts.size === 0 && engine.idle() && children.idle(),
    /** X8: a very long history cannot wait for a long attempt; it is stopped and runs again as the same attempt. */
    postponeAll: () => {
      for (const [path, attempt] of attempts) {
        // One that the flow has stopped already is not to run again.
        if (attempt.mode !== 'activity' || attempt.patience !== undefined) continue;
        attempt.postponed = true;
        stop(path);
      }
    },
  };
};
export type Attempts = ReturnType<typeof createAttempts>;

/** The attempt's own limit is enforced by the activity; Temporal's is a net under it. */
const regular = (command: CallCommand) =>
  proxyActivities<MeasuredActivities>({
    startToCloseTimeout: command.timeoutMs + 10_000,
    heartbeatTimeout: '5s',
    retry: INFRASTRUCTURE_RETRY,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: command.path,
  });

const toCallInput = (facts: RunFacts, command: CallCommand): CallInput => ({
  activity: command.activity,
  context: {
    workspace: facts.workspace,
    runId: facts.runId,
    flowId: facts.flowId,
    version: facts.version,
    path: command.path,
    nodeRunId: command.nodeRunId,
    attempt: command.attempt,
    idempotencyKey: idempotencyKeyOf(facts.runId, command.path),
    operationId: operationIdOf(facts.runId, command.path, command.attempt),
  },
  params: command.params,
  reads: command.reads,
  timeoutMs: command.timeoutMs,
});

const toCallEvent = (error: unknown, command: CallCommand): RunEvent => {
  const { path, attempt } = command;
  if (isCancellation(error)) return { type: 'callStopped', path, attempt };
  // X3: too slow for a local attempt, or lost with its worker or store, is no failure of the node: the same attempt runs as a
  // regular activity, which Temporal repeats.
  if (command.mode === 'local' && !isNodeFailure(error)) return { type: 'callEscalated', path, attempt };
  return { type: 'callFailed', path, attempt, failure: toFailure(error, path) };
};
