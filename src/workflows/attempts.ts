/**
 * Turns commands into Temporal's: activities, local activities, children, signals. Each reports back by an event.
 * X9: every attempt has its own scope; a stopped one is awaited (≤ 30 s) and then abandoned.
 */
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  defineSearchAttributeKey,
  TimeoutFailure,
  TimeoutType,
} from '@temporalio/common';
import {
  ActivityCancellationType,
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { Activities, CallInput, CallOutput } from '../activities/contract';
import {
  LIMITS,
  operationIdOf,
  idempotencyKeyOf,
  INFRASTRUCTURE_FAILURE,
  NODE_FAILURE,
  type Command,
  type Failure,
  type RunEvent,
  type RunFacts,
} from '../flow';
import { RUN_FAILED, SIGNALS, WORKFLOW_TYPE, type RunFlowArgs, type RunResult } from './contract';

const FLOW = defineSearchAttributeKey('RepriseFlow', 'KEYWORD');
const STATE = defineSearchAttributeKey('RepriseState', 'KEYWORD');
const WORKSPACE = defineSearchAttributeKey('RepriseWorkspace', 'KEYWORD');

const ABANDON_AFTER_MS = 30_000;
/** Temporal retries what is lost with a worker; a node failure is never retried by it (X4). */
const INFRASTRUCTURE_RETRY = {
  initialInterval: 500,
  maximumInterval: 5_000,
  maximumAttempts: 20,
  nonRetryableErrorTypes: [NODE_FAILURE],
};

const LOCAL_OPTIONS = {
  startToCloseTimeout: LIMITS.localAttemptMs,
  retry: { maximumAttempts: 1 },
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const;
/** Summaries name the node run: what the Temporal UI shows of an activity. */
const localFor = (path: string) =>
  proxyLocalActivities<Activities>({ ...LOCAL_OPTIONS, summary: path === '' ? 'the run' : path });
/** Engine work that did not fit into a local attempt. */
const engine = proxyActivities<Activities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: 500, maximumInterval: 10_000 },
});

type Report = (event: RunEvent) => void;
type CallCommand = Extract<Command, { type: 'call' }>;

export const createAttempts = (facts: RunFacts, searchable: boolean, report: Report) => {
  const scopes = new Map<string, { readonly scope: CancellationScope; readonly attempt: number }>();
  const localAttempts = new Set<string>();
  const regularAttempts = new Map<string, number>();
  const postponed = new Set<string>();

  const perform = (command: Command): void => {
    switch (command.type) {
      case 'call':
        return call(command);
      case 'evaluate':
        return evaluate(command);
      case 'offload':
        return offload(command);
      case 'readItems':
        return readItems(command);
      case 'startChild':
        return child(command);
      case 'signalChild':
        return tellChild(command.childRunId, command.signal);
      case 'stopAttempt':
        return stop(command.path);
      case 'yield':
        return;
    }
  };

  const childAttributes = (flow: string) => [
    { key: FLOW, value: flow },
    { key: STATE, value: 'RUN' },
    { key: WORKSPACE, value: facts.workspace },
  ];

  /** A child that has ended takes nothing any more, which is no fault. */
  const tellChild = (childRunId: string, signal: 'cancel' | 'hold' | 'release'): void => {
    const child = getExternalWorkflowHandle(childRunId);
    child.signal(SIGNALS[signal], { by: `run:${facts.runId}` }).catch(() => undefined);
    if (signal === 'cancel') child.cancel().catch(() => undefined);
  };

  const call = (command: CallCommand): void => {
    const { path, attempt, mode, timeoutMs } = command;
    const scope = new CancellationScope({ cancellable: true });
    scopes.set(path, { scope, attempt });
    const input = toCallInput(facts, command);
    const running = scope.run(() => (mode === 'local' ? localFor(path).call(input) : regular(command).call(input)));
    if (mode === 'local') localAttempts.add(path);
    else regularAttempts.set(path, timeoutMs);
    const done = (event: RunEvent): void => {
      if (scopes.get(path)?.scope === scope) {
        scopes.delete(path);
        localAttempts.delete(path);
        regularAttempts.delete(path);
      }
      const again = postponed.delete(path) && event.type === 'callStopped';
      report(again ? { type: 'callEscalated', path, attempt } : event);
    };
    running.then(
      (output: CallOutput) => done({ type: 'callDone', path, attempt, ...output }),
      (error: unknown) => done(toCallEvent(error, command)),
    );
  };

  const stop = (path: string): void => {
    const current = scopes.get(path);
    if (current === undefined) return;
    current.scope.cancel();
    // Nothing of an abandoned attempt is awaited any more; what it still does is its own (at least once).
    void sleep(ABANDON_AFTER_MS).then(() => {
      if (scopes.get(path) === current) report({ type: 'callStopped', path, attempt: current.attempt });
    });
  };

  const evaluate = (command: Extract<Command, { type: 'evaluate' }>): void => {
    const { path, purpose, kind, source, scope, reads } = command;
    const input = { workspace: facts.workspace, runId: facts.runId, path, kind, source, scope, reads };
    withEngine('evaluate', input, path).then(
      (answer) =>
        report(
          answer.ok
            ? { type: 'evaluated', path, purpose, value: answer.value }
            : { type: 'evaluationFailed', path, failure: answer.failure },
        ),
      (error: unknown) => report({ type: 'evaluationFailed', path, failure: toFailure(error, path) }),
    );
  };

  const offload = (command: Extract<Command, { type: 'offload' }>): void => {
    const { path, purpose, value, reads } = command;
    withEngine('offload', { workspace: facts.workspace, runId: facts.runId, key: `${path}|${purpose}`, value, reads }, path).then(
      (claim) => report({ type: 'offloaded', path, purpose, value: claim }),
      (error: unknown) => report({ type: 'evaluationFailed', path, failure: toFailure(error, path) }),
    );
  };

  const readItems = (command: Extract<Command, { type: 'readItems' }>): void => {
    const { path, ref, offset, limit } = command;
    withEngine('readItems', { workspace: facts.workspace, ref, offset, limit }, path).then(
      ({ items, total }) => report({ type: 'itemsRead', path, offset, items, total }),
      (error: unknown) => report({ type: 'evaluationFailed', path, failure: toFailure(error, path) }),
    );
  };

  /** X8: children are abandoned by Temporal and report their end by signal, so that a parent may continue as new meanwhile. */
  const child = (command: Extract<Command, { type: 'startChild' }>): void => {
    const { path, childRunId, flow, version, input, detach } = command;
    const parent = detach ? {} : { parent: { runId: facts.runId, path } };
    const args: RunFlowArgs = {
      kind: 'admit',
      runId: childRunId,
      workspace: facts.workspace,
      flow,
      ...(version === undefined ? {} : { version }),
      input,
      ...parent,
      searchable,
    };
    const failed = (error: unknown): void =>
      report({ type: 'childEnded', path, childRunId, state: 'FAIL', failure: { ...toFailure(error, path), retryable: true } });
    startChild(WORKFLOW_TYPE, {
      workflowId: childRunId,
      args: [args],
      taskQueue: workflowInfo().taskQueue,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowTaskTimeout: '2s',
      staticSummary: `sub-flow ${flow} of ${facts.flowName} at ${path}`,
      ...(searchable ? { typedSearchAttributes: childAttributes(flow) } : {}),
    }).then((handle) => {
      report({ type: 'childStarted', path, childRunId });
      if (detach) return;
      // Its signal is the usual way; this one covers an end from outside (terminate, time limit).
      handle.result().then(
        (result) => {
          const { state, output, error } = result as RunResult;
          report({
            type: 'childEnded',
            path,
            childRunId,
            state,
            ...(output === undefined ? {} : { output }),
            ...(error === undefined ? {} : { failure: error }),
          });
        },
        (error: unknown) => report({ type: 'childEnded', path, childRunId, ...toChildEnd(error, path) }),
      );
    }, failed);
  };

  return {
    perform,
    /** Local attempts in flight: the workflow task goes on until they end. */
    hasLocal: () => localAttempts.size > 0,
    hasRegular: () => regularAttempts.size > 0,
    /** Longest limit of the regular attempts in flight, ms. */
    longestMs: () => Math.max(0, ...regularAttempts.values()),
    idle: () => scopes.size === 0 && localAttempts.size === 0,
    /** X8: a very long history cannot wait for a long attempt; it is stopped and runs again as the same attempt. */
    postponeAll: () => {
      for (const path of regularAttempts.keys()) {
        if (postponed.has(path)) continue;
        postponed.add(path);
        stop(path);
      }
    },
  };

  /** As a local attempt first; what takes longer than that runs as a regular activity. */
  async function withEngine<N extends 'evaluate' | 'offload' | 'readItems'>(
    name: N,
    input: Parameters<Activities[N]>[0],
    path: string,
  ): Promise<Awaited<ReturnType<Activities[N]>>> {
    localAttempts.add(`${name}|${path}`);
    try {
      return (await (localFor(path)[name] as (value: typeof input) => Promise<unknown>)(input)) as Awaited<
        ReturnType<Activities[N]>
      >;
    } catch (error) {
      if (isNodeFailure(error)) throw error;
      return (await (engine[name] as (value: typeof input) => Promise<unknown>)(input)) as Awaited<ReturnType<Activities[N]>>;
    } finally {
      localAttempts.delete(`${name}|${path}`);
    }
  }
};
export type Attempts = ReturnType<typeof createAttempts>;

/** The attempt's own limit is enforced by the activity; Temporal's is a net under it. */
const regular = (command: CallCommand) =>
  proxyActivities<Activities>({
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

const applicationFailureIn = (error: unknown): ApplicationFailure | undefined => {
  const cause = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure ? error.cause : error;
  return cause instanceof ApplicationFailure ? cause : undefined;
};
const isNodeFailure = (error: unknown): boolean => applicationFailureIn(error)?.type === NODE_FAILURE;

/** What an activity failed with, as the flow sees it. */
const toFailure = (error: unknown, path: string): Failure => {
  const failure = applicationFailureIn(error);
  const told = failure?.type === NODE_FAILURE || failure?.type === INFRASTRUCTURE_FAILURE;
  const detail = told ? (failure.details?.[0] as Failure | undefined) : undefined;
  if (detail !== undefined) return { ...detail, nodePath: path };
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure) {
    const lost = cause.timeoutType === TimeoutType.HEARTBEAT;
    return {
      code: lost ? 'worker_lost' : 'timeout',
      message: lost ? 'The worker that ran this attempt was lost' : 'The attempt did not end within its time limit',
      retryable: true,
      nodePath: path,
    };
  }
  const text = cause instanceof Error ? cause.message : String(cause);
  return { code: 'internal_error', message: text.slice(0, 1_000), retryable: true, nodePath: path };
};

const toCallEvent = (error: unknown, command: CallCommand): RunEvent => {
  const { path, attempt } = command;
  if (isCancellation(error)) return { type: 'callStopped', path, attempt };
  // X3: too slow for a local attempt, or lost with its worker or store, is no failure of the node: the same attempt runs as a
  // regular activity, which Temporal repeats.
  if (command.mode === 'local' && !isNodeFailure(error)) return { type: 'callEscalated', path, attempt };
  return { type: 'callFailed', path, attempt, failure: toFailure(error, path) };
};

const toChildEnd = (error: unknown, path: string): { state: 'FAIL' | 'CANCELLED'; failure?: Failure } => {
  if (isCancellation(error)) return { state: 'CANCELLED' };
  const failure = applicationFailureIn(error);
  const result = failure?.type === RUN_FAILED ? (failure.details?.[0] as RunResult | undefined) : undefined;
  return { state: 'FAIL', failure: result?.error ?? toFailure(error, path) };
};
