import { proxyActivities, proxyLocalActivities, workflowInfo } from '@temporalio/workflow';
import type { Activities, AdmitOutput } from '../activities/contract';
import {
  inline,
  initialState,
  LIMITS,
  type ArtifactRef,
  type Command,
  type Json,
  type JournalEntry,
  type Plan,
  type RunFacts,
  type RunMemory,
  type Value,
} from '../flow';
import type { RunFlowArgs, RunOrigin } from './contract';

const RETRY = { initialInterval: 500, maximumInterval: 10_000 };
const local = proxyLocalActivities<Activities>({
  startToCloseTimeout: LIMITS.localAttemptMs,
  retry: { maximumAttempts: 3, initialInterval: 100 },
});
/** Without a limit of tries: an accepted run goes on when the store answers again. */
const engine = proxyActivities<Activities>({ startToCloseTimeout: '1m', retry: RETRY });

export interface Loaded {
  readonly kind: 'loaded';
  readonly origin: RunOrigin;
  readonly plan: Plan;
  readonly memory: RunMemory;
  readonly resumed: boolean;
  /** Commands that an earlier execution held back. */
  readonly commands: readonly Command[];
  readonly parent?: { readonly runId: string; readonly path: string };
}
export interface Refused {
  readonly kind: 'refused';
  readonly memory: RunMemory;
  readonly journal: readonly JournalEntry[];
  readonly parent?: RunOrigin['parent'];
}

/** Local first (no round trip), then as a regular activity until it succeeds. */
const persistently = async <T>(quick: () => Promise<T>, patient: () => Promise<T>): Promise<T> => {
  try {
    return await quick();
  } catch {
    return patient();
  }
};

export const loadRun = async (args: RunFlowArgs, checkpoint: Checkpoint | undefined): Promise<Loaded | Refused> => {
  switch (args.kind) {
    case 'start': {
      const { plan: source, origin, input } = args;
      const key = { workspace: origin.workspace, flowId: origin.flowId, version: origin.version };
      const plan =
        source.kind === 'inline'
          ? source.plan
          : await persistently(
              () => local.loadPlan(key),
              () => engine.loadPlan(key),
            );
      return begin(origin, plan, input, args.notBefore);
    }
    case 'admit':
      return admit(args);
    case 'refused':
      return refuse(args.origin, 'FAIL', 'start_refused', 'The start was answered with an error, so it never runs');
    case 'resume':
      return resume(args.origin, checkpoint);
  }
};

const begin = (origin: RunOrigin, plan: Plan, input: Value, notBefore?: number): Loaded => ({
  kind: 'loaded',
  origin,
  plan,
  memory: initialState(plan, toFacts(origin), input, workflowInfo().startTime.getTime(), notBefore),
  resumed: false,
  commands: [],
  ...(origin.parent === undefined ? {} : { parent: origin.parent }),
});

/** S3: a run that a parent or a schedule started asks first whether it may. */
const admit = async (args: Extract<RunFlowArgs, { kind: 'admit' }>): Promise<Loaded | Refused> => {
  const { workspace, flow, version, input, parent, schedule } = args;
  // S3: Temporal adds the time to the id that a schedule gives.
  const runId = workflowInfo().workflowId;
  const request = {
    runId,
    workspace,
    flow,
    input,
    ...(version === undefined ? {} : { version }),
    ...(parent === undefined ? {} : { parent }),
    ...(schedule === undefined ? {} : { schedule }),
  };
  const answer: AdmitOutput = await persistently(
    () => local.admit(request),
    () => engine.admit(request),
  );
  const origin: RunOrigin = {
    runId,
    workspace,
    flowId: answer.flowId,
    flowName: answer.flowName,
    version: answer.version,
    ...(parent === undefined ? {} : { parent }),
  };
  if (answer.admitted) return begin(origin, answer.plan, input);
  return refuse(origin, answer.state, answer.failure.code, answer.failure.message);
};

/** A run that ends before it began: one journal entry says why. */
const refuse = (origin: RunOrigin, state: 'SKIP' | 'FAIL', code: string, message: string): Refused => {
  const plan: Plan = {
    engine: 1,
    flow: { name: origin.flowName, version: '' },
    root: { nodes: {}, start: [] },
    timeoutMs: LIMITS.runTimeoutMs,
  };
  const memory = initialState(plan, toFacts(origin), inline({}), workflowInfo().startTime.getTime());
  const failure = { code, message, retryable: false, nodePath: '' };
  memory.phase = 'ended';
  memory.seq = 1;
  memory.outcome = { state, failure };
  const entry: JournalEntry = {
    seq: 1,
    at: Date.now(),
    type: 'run.ended',
    level: state === 'FAIL' ? 'error' : 'warn',
    message: `Execution refused: ${message}`,
    state,
    failure,
  };
  return { kind: 'refused', memory, journal: [entry], ...(origin.parent === undefined ? {} : { parent: origin.parent }) };
};

export interface Checkpoint {
  readonly plan: Plan;
  readonly memory: RunMemory;
  /** Held back: not performed yet. */
  readonly commands: readonly Command[];
}

/** The input of a local activity is in no history. Long pauses between its tries are timers, so that an outage costs few events. */
const checkpoints = proxyLocalActivities<Activities>({
  startToCloseTimeout: '1m',
  retry: RETRY,
  localRetryThreshold: '2s',
  summary: 'checkpoint',
});

/** X5, X8: deadlines, early events and pending children travel in the checkpoint, an artifact of any size. */
export const saveCheckpoint = (checkpoint: Checkpoint): Promise<ArtifactRef> => {
  const { runId, workspace } = checkpoint.memory.facts;
  const state = checkpoint as unknown as Json;
  return checkpoints.saveCheckpoint({ workspace, runId, key: workflowInfo().runId, state });
};

const resume = (origin: RunOrigin, checkpoint: Checkpoint | undefined): Loaded => {
  if (checkpoint === undefined) throw new Error('A run that resumes needs its checkpoint');
  return {
    kind: 'loaded',
    origin,
    ...checkpoint,
    resumed: true,
    ...(origin.parent === undefined ? {} : { parent: origin.parent }),
  };
};

const toFacts = (origin: RunOrigin): RunFacts => ({
  runId: origin.runId,
  workspace: origin.workspace,
  flowId: origin.flowId,
  flowName: origin.flowName,
  version: origin.version,
});
