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
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  advance,
  LIMITS,
  nextDeadline,
  waitingFor,
  type Command,
  type Failure,
  type Plan,
  type RunEvent,
  type RunMemory,
} from '../flow';
import { createAttempts, type Attempts } from './attempts';
import { createBell } from './bell';
import { RUN_FAILED, SIGNALS, type RunFlowArgs, type RunOrigin, type RunResult } from './contract';
import { createDeadline } from './deadline';
import { registerHandlers } from './handlers';
import { loadRun, saveCheckpoint, type Loaded, type Refused } from './load';
import { createOutbox, type Outbox } from './outbox';
import { createTaskBudget } from './task-budget';

/** A park that may last: the flush is awaited (P3). */
const LONG_WAIT_MS = 5_000;
const LONG_ATTEMPT_MS = 60_000;
/** How long the end of a cancelled run waits for the request that follows the update. */
const CANCEL_REQUEST_MS = 1_000;

export async function runFlow(args: RunFlowArgs): Promise<RunResult> {
  const root = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const driver = createDriver(args, root);
    return driver.run();
  });
}

const createDriver = (args: RunFlowArgs, root: CancellationScope) => {
  const inbox: RunEvent[] = [];
  const outbox: Outbox = createOutbox(args.searchable);
  const commands: Command[] = [];
  let loaded: Loaded | undefined;
  const bell = createBell();
  const take = (event: RunEvent): void => {
    inbox.push(event);
    bell.ring();
  };

  const apply = (events: readonly RunEvent[]): void => {
    if (loaded?.plan === undefined) return;
    const { commands: more, journal } = advance(loaded.plan, loaded.memory, events, Date.now());
    commands.push(...more);
    outbox.add(journal);
    bell.ring();
  };

  const news = (): boolean => inbox.length > 0 || outbox.pending();

  registerHandlers({ memory: () => loaded?.memory, take, apply: (event) => apply([event]), ring: outbox.ring });
  root.cancelRequested.catch(() => take({ type: 'cancel', by: 'operator' }));

  return {
    async run(): Promise<RunResult> {
      const start = await loadRun(args);
      if (start.kind === 'refused') return refuse(start);
      loaded = start;
      const { plan, memory } = start;
      const attempts = createAttempts(memory.facts, args.searchable, take);
      const deadline = createDeadline(() => take({ type: 'time' }));
      const budget = createTaskBudget();
      commands.push(...start.commands);
      apply(start.resumed ? [{ type: 'time' }] : [{ type: 'begin' }]);
      for (;;) {
        if (inbox.length > 0) apply(inbox.splice(0));
        const draining = shouldContinue(attempts);
        const paused = performAll(commands, attempts, budget, take, draining);
        if (paused !== undefined) await paused;
        publish(memory, outbox, attempts);
        if (memory.phase === 'ended') break;
        if (draining && attempts.idle() && allHandlersFinished() && !news()) await continueRun(memory, plan, start.origin);
        if (!attempts.hasLocal()) deadline.set(nextDeadline(memory));
        while (!news() && (commands.length === 0 || shouldContinue(attempts))) await bell.rung();
      }
      if (!allHandlersFinished()) await condition(allHandlersFinished);
      return end(memory, root, start.parent);
    },
  };

  /** What came while the checkpoint was written is in no checkpoint: then it goes on here and continues later (X8). */
  async function continueRun(memory: RunMemory, plan: Plan, origin: RunOrigin): Promise<void> {
    outbox.publish(memory, { park: true });
    const { seq } = memory;
    const held = commands.length;
    const checkpoint = await saveCheckpoint({ memory, plan, commands });
    if (news() || memory.seq !== seq || commands.length !== held) return;
    await continueAsNew<typeof runFlow>({ kind: 'resume', origin, checkpoint, searchable: args.searchable });
  }

  function refuse({ memory, journal, parent }: Refused): Promise<RunResult> {
    outbox.add(journal);
    outbox.publish(memory, { park: false });
    return end(memory, root, parent);
  }
};

/** Commands that start something; before a continue-as-new they are held back and travel in the checkpoint (X8). */
const startsWork = (command: Command): boolean =>
  command.type !== 'stopAttempt' && command.type !== 'signalChild' && command.type !== 'yield';

/**
 * Answers nothing when all is performed, else what to wait for: X5, at most 1 MiB of params a workflow task, then a timer
 * closes the task; X7, a yield does the same.
 */
const performAll = (
  commands: Command[],
  attempts: Attempts,
  budget: ReturnType<typeof createTaskBudget>,
  take: (event: RunEvent) => void,
  draining: boolean,
): Promise<void> | undefined => {
  const now = commands.splice(0);
  if (draining) commands.push(...now.filter(startsWork));
  const mine = draining ? now.filter((each) => !startsWork(each)) : now;

  const pauseBefore = async (command: Command, index: number): Promise<void> => {
    await sleep(1);
    if (command.type === 'yield') take({ type: 'time' });
    else attempts.perform(command);
    await performFrom(index + 1);
  };
  const performFrom = (from: number): Promise<void> | undefined => {
    for (let index = from; index < mine.length; index += 1) {
      const command = mine[index];
      if (command === undefined) return undefined;
      if (command.type === 'yield' || budget.exceededBy(command)) return pauseBefore(command, index);
      attempts.perform(command);
    }
    return undefined;
  };
  return performFrom(0);
};

const publish = (memory: RunMemory, outbox: Outbox, attempts: Attempts): void => {
  const still = memory.ready.length === 0 || memory.held !== undefined;
  const next = nextDeadline(memory)?.at ?? Number.POSITIVE_INFINITY;
  const long = attempts.hasRegular() ? attempts.longestMs() > LONG_ATTEMPT_MS : next - Date.now() > LONG_WAIT_MS;
  const waits = memory.held !== undefined || waitingFor(memory).length > 0;
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
