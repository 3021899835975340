import { advance, LIMITS, stampOf, toCallRequest, type CallCommand, type Command, type RunEvent } from '../../flow';
import type { AheadStep, CallInput, CallOutput, RunAheadInput, RunAheadOutput } from '../contract';
import { nodeFailureIn } from '../failure';
import type { ActivityRuntime } from '../runtime';

/** No call starts later than this: signals, updates and followers wait for the whole activity (X3). */
const START_LIMIT_MS = 300;
/** Leaves time to answer within the limit of a local activity. */
const END_LIMIT_MS = LIMITS.localAttemptMs - 200;
const AT_ONCE = 16;
/** Of outputs: a workflow task takes at most 1 MiB (X5). */
const OUTPUT_BYTES = 256 * 1_024;
/** Expressions are evaluated outside the sandbox here, where everything else of the worker waits: about 20 ms worth (X7). */
const COST = 20_000;

/**
 * Local calls, and what follows on them as far as that is local too, in one local activity: one marker for a chain, and no way
 * through the worker for each link. It goes on with the interpreter on a copy of the run; the workflow takes an outcome only when
 * its own interpreter asks for that attempt with those params. So a copy that went another way (the run was held or cancelled
 * meanwhile) has made calls for nothing, as repetitions of local calls may (X1), and never gives a wrong result.
 */
export const createRunAhead =
  (
    callIn: (runtime: ActivityRuntime) => (input: CallInput) => Promise<CallOutput>,
    runtimeOf: () => ActivityRuntime,
    now: () => number,
  ) =>
  async (input: RunAheadInput): Promise<RunAheadOutput> => {
    const since = now();
    const { signal, ...rest } = runtimeOf();
    const late = new AbortController();
    const call = callIn({ ...rest, signal: AbortSignal.any([signal, late.signal]) });
    const flying = new Map<CallCommand, Promise<{ readonly command: CallCommand; readonly event: RunEvent }>>();
    const waiting = [...input.calls];
    const steps: AheadStep[] = [];
    /** Undefined when what follows cannot be foreseen any more. */
    let { run } = input;
    let isOpen = true;
    let bytes = 0;

    const tookMs = (): number => Math.max(0, Math.round(now() - since));
    const start = (command: CallCommand): void => {
      const landed = outcomeOf(command, () => call(toCallRequest(input.facts, command)));
      flying.set(
        command,
        landed.then((event) => ({ command, event })),
      );
    };

    const land = (command: CallCommand, event: RunEvent): void => {
      flying.delete(command);
      const stamp = input.calls.includes(command) ? {} : { stamp: stampOf(command) };
      const step: AheadStep = { path: command.path, attempt: command.attempt, event, tookMs: tookMs(), ...stamp };
      steps.push(step);
      bytes += JSON.stringify(step).length;
      isOpen &&= step.tookMs < START_LIMIT_MS && bytes < OUTPUT_BYTES;
      const next = run === undefined ? undefined : follow(run, event, input.startedAt + step.tookMs);
      if (next === undefined) run = undefined;
      else waiting.push(...next);
    };

    const timeIsUp = after(END_LIMIT_MS);
    try {
      for (;;) {
        while (isOpen && flying.size < AT_ONCE && waiting.length > 0) waiting.splice(0, 1).forEach(start);
        if (flying.size === 0) return { steps };
        const landed = await Promise.race([...flying.values(), timeIsUp.promise]);
        signal.throwIfAborted();
        if (landed !== undefined) land(landed.command, landed.event);
        else for (const command of flying.keys()) land(command, escalated(command));
      }
    } finally {
      timeIsUp.cancel();
      late.abort(new Error('The time of a local attempt is over'));
    }
  };

/** What the interpreter asks next; undefined when that is not local calls alone, or fails. */
const follow = (run: NonNullable<RunAheadInput['run']>, event: RunEvent, at: number): readonly CallCommand[] | undefined => {
  try {
    const { commands } = advance(run.plan, run.memory, [event], at, COST);
    return commands.every(isLocalCall) ? commands : undefined;
  } catch {
    // The workflow meets the same and tells it (P11).
    return undefined;
  }
};

const isLocalCall = (command: Command): command is CallCommand => command.type === 'call' && command.mode === 'local';

/** Too slow for a local attempt, or its store does not answer: the same attempt runs as a regular activity (X3). */
const escalated = ({ path, attempt }: CallCommand): RunEvent => ({ type: 'callEscalated', path, attempt });

const outcomeOf = async (command: CallCommand, work: () => Promise<CallOutput>): Promise<RunEvent> => {
  const { path, attempt } = command;
  try {
    return { type: 'callDone', path, attempt, ...(await work()) };
  } catch (error) {
    const failure = nodeFailureIn(error);
    return failure === undefined
      ? escalated(command)
      : { type: 'callFailed', path, attempt, failure: { ...failure, nodePath: path } };
  }
};

const after = (ms: number): { readonly promise: Promise<undefined>; readonly cancel: () => void } => {
  let timer: NodeJS.Timeout | undefined;
  const promise = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return { promise, cancel: () => clearTimeout(timer) };
};
