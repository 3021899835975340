import type { NodeSummary } from '../journal';
import type { RunState } from '../words';
import { isKeptOut } from './entry';
import type { ApprovalMemory, NodeRun, RunMemory } from './state';

/** A block moves by what is inside it, unless it is asked something itself. */
const isLeaf = (run: NodeRun): boolean => run.block === undefined || run.busy !== undefined;

const isDeferred = (run: NodeRun): boolean => run.wake?.kind === 'defer';

/**
 * X11: terminal > ON_HOLD > RUN > WAIT > DEFERRED. WAIT means that nothing can move until something outside answers, DEFERRED that
 * nothing can before its time has come.
 */
export const shownState = (state: RunMemory): RunState => {
  if (state.phase === 'ended') return state.outcome?.state ?? 'FAIL';
  if (state.held !== undefined) return 'ON_HOLD';
  if (isKeptOut(state) && state.ready.length > 0) return 'DEFERRED';
  const leaves = Object.values(state.runs).filter(isLeaf);
  if (leaves.length === 0 || !leaves.every((run) => run.state === 'WAIT' || isDeferred(run))) return 'RUN';
  return leaves.every(isDeferred) ? 'DEFERRED' : 'WAIT';
};

/** What the run waits for from outside, e.g. `event:payment`. */
export const waitingFor = (state: RunMemory): string[] => [
  ...new Set(
    Object.values(state.runs).flatMap((run) => {
      if (run.approval?.opened === true) return [`approval:${run.site}`];
      return run.event === undefined ? [] : [`event:${run.event.name}`];
    }),
  ),
];

/** One sentence per node on why it is in its state. */
export const explain = (state: RunMemory, summaries: Readonly<Record<string, NodeSummary>>): Record<string, string> => {
  const told: Record<string, string> = {};
  for (const [site, summary] of Object.entries(summaries)) told[site] = sentence(state, summary);
  return told;
};

const sentence = (state: RunMemory, summary: NodeSummary): string => {
  const run = state.runs[summary.path];
  switch (summary.state) {
    case 'READY':
      if (run?.wake !== undefined) return `is deferred until ${new Date(run.wake.at).toISOString()}`;
      if (state.held !== undefined) return 'is ready; the run is held';
      if (state.notBefore !== undefined) return `is ready; the run begins at ${new Date(state.notBefore).toISOString()}`;
      return isKeptOut(state) ? 'is ready; the run waits for a slot of its flow' : 'is about to start';
    case 'WAIT': {
      if (run?.approval !== undefined) return waitingForPeople(run.approval);
      const key = run?.event?.key;
      const limit = run?.wake === undefined ? '' : ` until ${new Date(run.wake.at).toISOString()}`;
      return `waits for event ${run?.event?.name ?? ''}${key === undefined ? '' : ` with key ${key}`}${limit}`;
    }
    case 'RETRY':
      return `attempt ${summary.attempt} failed (${summary.error?.message ?? ''}); next at ${new Date(run?.wake?.at ?? 0).toISOString()}`;
    case 'RUN':
      return running(run);
    case 'FILTERED':
      return 'was filtered: its `when` was false';
    case 'FAIL':
    case 'SKIP':
      return summary.error === undefined ? 'was skipped' : `failed: ${summary.error.message}`;
    case 'CANCELLED':
      return 'was cancelled';
    case 'DONE':
      return `answered ${summary.action ?? 'default'}`;
    case 'IDLE':
      return 'has not been reached';
  }
};

const waitingForPeople = ({ approvers, required, decisions, dueAt, outcome }: ApprovalMemory): string => {
  if (outcome !== undefined) return `is decided (${outcome.decision}); the run is held`;
  const limit = dueAt === undefined ? '' : ` until ${new Date(dueAt).toISOString()}`;
  return `waits for ${required - decisions.length} of ${required} approvals by ${approvers.join(', ')}${limit}`;
};

const running = (run: NodeRun | undefined): string => {
  if (run?.busy === 'opening') return 'is putting its question into the inbox';
  if (run?.wake?.kind === 'delay') return `waits until ${new Date(run.wake.at).toISOString()}`;
  if (run?.wake?.kind === 'poll') return `checks its condition again at ${new Date(run.wake.at).toISOString()}`;
  if (run?.busy === 'child') return `waits for the sub-flow run ${run.childRunId ?? ''}`;
  if (run?.block?.kind === 'loop')
    return `runs iteration ${run.block.next}${run.block.total === undefined ? '' : ` of ${run.block.total}`}`;
  return 'is executing';
};
