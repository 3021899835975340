/**
 * The one workflow: asks the interpreter (src/flow) for commands, performs them, feeds the events back.
 *
 * W1. One await point: the main loop waits for its inbox and for nothing else.
 * W2. The interpreter decides; nothing here looks into a plan.
 * W3. Journal and state leave through the outbox, once an activation (P7).
 * W4. The main loop is not cancellable; Temporal's Cancel is an event like any other (X9).
 */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  workflowInfo,
} from '@temporalio/workflow';
import {
  advance,
  isKeptOut,
  LIMITS,
  nextDeadline,
  slotRequestOf,
  waitingFor,
  type Failure,
  type Plan,
  type RunEvent,
  type RunMemory,
} from '../flow';
import type { RunAheadInput } from '../activities/contract';
import { createAttempts, type Attempts } from './attempts';
import { createBell } from './bell';
import { createClock } from './clock';
import { createCommandQueue } from './command-queue';
import { byReference, RUN_FAILED, SIGNALS, type ByReference, type RunFlowArgs, type RunOrigin, type RunResult } from './contract';
import { createDeadline } from './deadline';
import type { Report } from './engine-work';
import { registerHandlers } from './handlers';
import { loadRun, saveCheckpoint, type Checkpoint, type Loaded, type Refused } from './load';
import { createOutbox, type Outbox } from './outbox';

/** A park that may last: the flush is awaited (P3). */
const LONG_WAIT_MS = 5_000;
const LONG_ATTEMPT_MS = 60_000;
/** A copy of the run goes with its local work only up to this: it is made anew for every chain. */
const AHEAD_BYTES = 128 * 1_024;
/** How long the end of a cancelled run waits for the request that follows the update. */
const CANCEL_REQUEST_MS = 1_000;

/** `checkpoint`: what an earlier execution left (X8). It travels as a reference; the worker's codec puts its content here. */
export async function runFlow(args: RunFlowArgs, checkpoint?: Checkpoint): Promise<RunResult> {
  const root = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const driver = createDriver(args, checkpoint, root);
    return driver.run();
  });
}

const createDriver = (args: RunFlowArgs, checkpoint: Checkpoint | undefined, root: CancellationScope) => {
  const inbox: { readonly event: RunEvent; readonly at: number }[] = [];
  const outbox: Outbox = createOutbox(args.searchable);
  const clock = createClock(() => workflowInfo().historyLength);
  const bell = createBell();
  let loaded: Loaded | undefined;
  let planBytes: number | undefined;
  const take: Report = (event, at = clock.outside()) => {
    inbox.push({ event, at });
    bell.ring();
  };
  const queue = createCommandQueue(take);

  /** One event at a time: a replay may find several in one activation that came one by one. */
  const apply = (event: RunEvent, at: number): void => {
    if (loaded === undefined) return;
    const { commands, journal } = advance(loaded.plan, loaded.memory, [event], clock.reach(at));
    queue.add(commands);
    outbox.add(journal);
    bell.ring();
  };

  const news = (): boolean => inbox.length > 0 || outbox.pending() || queue.fresh();
  /** X7: an activation that has done its share takes nothing more. */
  const mayGoOn = (): boolean => (inbox.length > 0 && !queue.paused()) || outbox.pending() || queue.fresh();

  /** X8: nothing runs, nothing has come: the next execution takes over. */
  const ripe = (attempts: Attempts): boolean => attempts.idle() && !news() && shouldContinue(attempts);

  registerHandlers({
    memory: () => loaded?.memory,
    take,
    apply: (event) => apply(event, clock.outside()),
    nowMs: clock.outside,
    glance: clock.glance,
    ring: outbox.ring,
  });
  root.cancelRequested.catch(() => take({ type: 'cancel', by: 'operator' }));

  /** What local work may run ahead with: all of the run, while it is small. */
  const ahead = (): RunAheadInput['run'] => {
    if (loaded === undefined || queue.waiting().length > 0) return undefined;
    const { plan, memory } = loaded;
    planBytes ??= JSON.stringify([plan, memory.input]).length;
    return planBytes + memory.heldBytes <= AHEAD_BYTES ? { plan, memory } : undefined;
  };

  /** Takes what has come, each event with the commands that follow from it. */
  const takeAll = (memory: RunMemory, attempts: Attempts): void => {
    const draining = shouldContinue(attempts);
    do {
      const next = inbox.shift();
      if (next !== undefined) apply(next.event, next.at);
      const gate = draining || memory.held !== undefined ? 'closed' : 'open';
      for (const event of queue.perform(gate, attempts.perform)) take(event, clock.now());
      if (inbox.length === 0 && !queue.paused()) attempts.goOn(() => (gate === 'open' ? ahead() : undefined));
    } while (inbox.length > 0 && !queue.paused());
  };

  return {
    async run(): Promise<RunResult> {
      const start = await loadRun(args, checkpoint);
      if (start.kind === 'refused') return refuse(start);
      loaded = start;
      const { plan, memory } = start;
      const attempts = createAttempts(memory.facts, args.searchable, clock, take, queue.charge);
      const deadline = createDeadline(() => take({ type: 'time' }));
      queue.add(start.commands);
      apply(start.resumed ? { type: 'time' } : { type: 'begin' }, clock.now());
      for (;;) {
        takeAll(memory, attempts);
        publish(memory, outbox, attempts, clock.now(), queue.paused());
        if (memory.phase === 'ended') break;
        if (ripe(attempts)) {
          await continueRun(memory, plan, start.origin);
          continue;
        }
        if (!attempts.hasLocal()) deadline.set(nextDeadline(memory));
        while (!mayGoOn() && !ripe(attempts)) await bell.rung();
      }
      // What an ended run holds it gives back before it closes.
      const slot = slotRequestOf(memory, plan);
      if (slot !== undefined) attempts.perform({ type: 'leaveSlot', request: slot });
      if (attempts.isRecording()) await condition(() => !attempts.isRecording());
      await handlersFinished();
      return end(memory, root, start.parent);
    },
  };

  /** What came while the checkpoint was written is in no checkpoint: then it goes on here and continues later (X8). */
  async function continueRun(memory: RunMemory, plan: Plan, origin: RunOrigin): Promise<void> {
    // Nothing rings when a handler has ended.
    await handlersFinished();
    if (news()) return;
    outbox.publish(memory, { park: true });
    const { seq } = memory;
    const saved = await saveCheckpoint({ memory, plan, commands: queue.waiting() });
    await handlersFinished();
    if (news() || memory.seq !== seq) return;
    await continueAsNew<(args: RunFlowArgs, checkpoint: ByReference) => Promise<RunResult>>(
      { kind: 'resume', origin, searchable: args.searchable },
      byReference(saved),
    );
  }

  function refuse({ memory, journal, parent }: Refused): Promise<RunResult> {
    outbox.add(journal);
    outbox.publish(memory, { park: false });
    return end(memory, root, parent);
  }
};

const handlersFinished = async (): Promise<void> => {
  if (!allHandlersFinished()) await condition(allHandlersFinished);
};

const publish = (memory: RunMemory, outbox: Outbox, attempts: Attempts, nowMs: number, paused: boolean): void => {
  const isShut = memory.held !== undefined || isKeptOut(memory);
  const still = !paused && (memory.ready.length === 0 || isShut);
  const next = nextDeadline(memory)?.at ?? Number.POSITIVE_INFINITY;
  const long = attempts.hasRegular() ? attempts.longestMs() > LONG_ATTEMPT_MS : next - nowMs > LONG_WAIT_MS;
  const waits = isShut || waitingFor(memory).length > 0;
  outbox.publish(memory, { park: still && !attempts.hasLocal() && (waits || long) });
};

/** X8: from the server's suggestion on nothing new starts; it continues as soon as no attempt runs. */
const shouldContinue = (attempts: Attempts): boolean => {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  if (historyLength >= LIMITS.historyEventsForce) attempts.postponeAll();
  return continueAsNewSuggested || historyLength >= LIMITS.historyEventsContinue;
};

/** X5: the result stays under 64 KiB; an output is inline only up to 32 KiB, so what can be too long is the story of an error. */
const toResult = (memory: RunMemory): RunResult => {
  const outcome = memory.outcome ?? { state: 'FAIL' as const };
  const result: RunResult = {
    state: outcome.state,
    ...(outcome.failure === undefined ? {} : { error: withoutOutput(outcome.failure) }),
    lastSeq: memory.seq,
    startedAt: memory.startedAt,
    counts: { ...memory.counts },
    ...(outcome.output === undefined ? {} : { output: outcome.output }),
  };
  if (result.error === undefined || JSON.stringify(result).length <= LIMITS.resultBytes) return result;
  const { cause: _cause, details: _details, ...told } = result.error;
  return { ...result, error: told };
};

const withoutOutput = (failure: Failure): Failure => {
  const { output: _output, ...told } = failure;
  return told;
};

/** P10: FAIL closes the workflow as Failed, CANCELLED as Canceled, others as Completed. */
const end = async (
  memory: RunMemory,
  root: CancellationScope,
  parent: { readonly runId: string; readonly path: string } | undefined,
): Promise<RunResult> => {
  const result = toResult(memory);
  if (parent !== undefined)
    await getExternalWorkflowHandle(parent.runId)
      .signal(SIGNALS.childEnded, { runId: memory.facts.runId, path: parent.path, result })
      .catch(() => undefined);
  if (result.state === 'FAIL')
    throw ApplicationFailure.create({
      type: RUN_FAILED,
      message: result.error?.message ?? 'The run failed',
      nonRetryable: true,
      details: [result],
    });
  if (result.state !== 'CANCELLED') return result;
  // Temporal closes a workflow as Canceled only when its cancellation was requested there too; that request follows the update.
  const requested = root.consideredCancelled || (await condition(() => root.consideredCancelled, CANCEL_REQUEST_MS));
  if (requested) throw new CancelledFailure('The run was cancelled', [result]);
  return result;
};
