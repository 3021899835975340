import type { HeadChange, Run, RunClosure } from './ports';

/** How a change meets a head: the rules of RunStore.applyHead, for adapters and their tests. */
export interface ApplyOptions {
  readonly repair?: boolean;
}

/** The head after `change`; the same object when the change does not apply. */
export const applyHeadChange = (run: Run, change: HeadChange, options: ApplyOptions = {}): Run => {
  const closed = run.endedAt !== undefined;
  if (closed || isOlder(run, change)) return applyLate(run, change, closed && options.repair === true);
  const { stalled, nodes, ...members } = change;
  const { stalled: before, ...head } = run;
  const cause = stalled === undefined ? before : stalled;
  return {
    ...head,
    ...members,
    ...(cause === undefined || cause === null ? {} : { stalled: cause }),
    ...(nodes === undefined ? {} : { nodes: mergeNodes(run, nodes) }),
  };
};

/** P1: what an older execution of a workflow task still writes is superseded. */
const isOlder = (run: Run, change: HeadChange): boolean =>
  run.epoch !== undefined && change.epoch !== undefined && change.epoch < run.epoch;

const applyLate = (run: Run, change: HeadChange, repair: boolean): Run => ({
  ...run,
  ...(change.dirty === undefined ? {} : { dirty: change.dirty }),
  ...(repair && change.nodes !== undefined ? { nodes: mergeNodes(run, change.nodes) } : {}),
});

const mergeNodes = (run: Run, nodes: Run['nodes']): Run['nodes'] =>
  Object.fromEntries([...Object.entries(run.nodes), ...Object.entries(nodes)]);

/** The head after its close: what it waited for and why it stalled is over. */
export const closeHead = (run: Run, closure: RunClosure): Run => {
  const { stalled: _, ...head } = run;
  return { ...head, ...closure, waitingFor: [] };
};
