import type { Logger } from '../logger';
import type { RunClosure, RunStore } from '../store/ports';

/** Resolves when what a run told is in the store, or given up. */
export type CloseGate = (runId: string) => Promise<void> | undefined;

const RETRY_MS = 500;
const STOP_MS = 3_000;
const READ_WAIT_MS = 1_000;

/** Brings closes to the store, behind the journal of their run: a closed head whose journal was lost would never be looked at. */
export const createCloseWriter = (deps: { readonly runs: Pick<RunStore, 'close'>; readonly logger: Logger }) => {
  const unwritten = new Map<string, RunClosure>();
  const writing = new Set<Promise<void>>();
  let gate: CloseGate = () => undefined;
  let stopped = false;

  const write = async (runId: string, closure: RunClosure): Promise<void> => {
    await gate(runId);
    await deps.runs.close(runId, closure);
  };

  const writeSoon = async (runId: string, closure: RunClosure): Promise<void> => {
    for (let told = false; !stopped; told = true) {
      try {
        await write(runId, closure);
        break;
      } catch (error) {
        if (!told) deps.logger.warn('the close of a run was not written; it is tried again', { runId, error: String(error) });
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    unwritten.delete(runId);
  };

  return {
    write,
    /** Never fails: tried until it is written or the process stops; then the reconciler closes the run. */
    writeLater(runId: string, closure: RunClosure): void {
      if (unwritten.has(runId)) return;
      unwritten.set(runId, closure);
      const done = writeSoon(runId, closure).finally(() => writing.delete(done));
      writing.add(done);
    },
    unwritten: (runId: string): RunClosure | undefined => unwritten.get(runId),
    /** Resolves when every close under way now is written, at most after a second. */
    written: (): Promise<void> => within(READ_WAIT_MS, [...writing]),
    /** Resolves when what an ended run told is in the store; undefined when it is. */
    told: (runId: string): Promise<void> | undefined => (unwritten.has(runId) ? gate(runId) : undefined),
    writeAfter(next: CloseGate): void {
      gate = next;
    },
    async stop(): Promise<void> {
      await within(STOP_MS, [...writing]);
      stopped = true;
    },
  };
};

const within = async (ms: number, work: readonly Promise<void>[]): Promise<void> => {
  if (work.length === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([Promise.all(work), deadline]);
  clearTimeout(timer);
};
