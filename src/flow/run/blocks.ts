import type { Failure } from '../failure';
import { LIMITS } from '../limits';
import type { LoopOperation, Operation } from '../plan';
import { inline, type Value } from '../value';
import { DEFAULT_ACTION } from '../words';
import { jsonOf } from './ask';
import { endStopped, failBlock, failRun, framesOf } from './fail-and-stop';
import { toFailure } from './failures';
import { enqueue, nodePlanOf, type Machine } from './machine';
import { attemptPath, FINALLY_FRAME, joinPath, slotPath } from './paths';
import { settle } from './settle';
import type { BranchesMemory, FrameState, GroupMemory, LoopMemory, NodeRun } from './state';
import { closeFrame, heldSize, openFrame } from './tokens';

type Parallel = Extract<Operation, { kind: 'parallel' }>;

/** The body of a block runs in this same workflow (design §3 Blocks). */
export const startGroup = (machine: Machine, run: NodeRun): void => {
  run.block = { kind: 'group' };
  openFrame(machine, { path: attemptPath(run.path, run.attempt), site: run.site, owner: run.path, parent: run.frame });
};

export const startBranches = (machine: Machine, run: NodeRun, { branches, concurrency }: Parallel): void => {
  const block: BranchesMemory = { kind: 'branches', waiting: Object.keys(branches), active: 0, failed: 0, outputs: {} };
  run.block = block;
  pumpBranches(machine, run, block, concurrency);
};

const pumpBranches = (machine: Machine, run: NodeRun, block: BranchesMemory, concurrency = Number.MAX_SAFE_INTEGER): void => {
  while (block.active < concurrency) {
    const name = block.waiting.shift();
    if (name === undefined) break;
    block.active += 1;
    openFrame(machine, {
      path: slotPath(attemptPath(run.path, run.attempt), name),
      site: slotPath(run.site, name),
      owner: run.path,
      parent: run.frame,
      locals: { branch: name },
    });
  }
  if (block.active > 0) return;
  const output = inline(Object.fromEntries(Object.entries(block.outputs).map(([name, value]) => [name, jsonOf(value)])));
  if (heldSize(output) > LIMITS.heldBytes) return failBlock(machine, run, tooLarge(run));
  settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output });
};

/** A frame of this block has ended: take its result, then open the next, fail, or settle. */
export const onBlockFrameEnded = (machine: Machine, run: NodeRun, frame: FrameState): void => {
  const plan = nodePlanOf(machine, run);
  const { block } = run;
  if (block?.kind === 'group') return onGroupFrameEnded(machine, run, block, frame);
  if (run.stopping !== undefined) return onStoppedFrameEnded(machine, run, frame);
  if (block?.kind === 'loop' && plan.op.kind === 'loop') return onIterationEnded(machine, run, plan.op, block, frame);
  if (block?.kind !== 'branches' || plan.op.kind !== 'parallel') return;
  const { branch } = frame.locals;
  const name = typeof branch === 'string' ? branch : '';
  block.active -= 1;
  block.outputs[name] = resultOf(frame);
  closeFrame(machine, frame.path);
  if (failed(machine, run, frame, block, plan.op.tolerate)) return;
  pumpBranches(machine, run, block, plan.op.concurrency);
};

const onIterationEnded = (machine: Machine, run: NodeRun, op: LoopOperation, block: LoopMemory, frame: FrameState): void => {
  // The loop goes on by the ready list: that is where hold (X11) and the budget (X7) are asked, and where expressions may fail.
  if (frame.stop === undefined && op.until !== undefined) {
    // `until` sees the nodes of the iteration, so the frame stays until it is answered.
    (block.judging ??= []).push(frame.path);
    enqueue(machine, run);
    return;
  }
  block.active -= 1;
  const result = resultOf(frame);
  block.outputs[Number(frame.locals['index'])] = result;
  block.bytes = (block.bytes ?? 0) + heldSize(result);
  closeFrame(machine, frame.path);
  if (failed(machine, run, frame, block, op.tolerate)) return;
  if (block.bytes > LIMITS.heldBytes) failBlock(machine, run, tooLarge(run));
  else enqueue(machine, run);
};

/** X5: what a block gathers is held by the run. */
const tooLarge = (run: NodeRun): Failure =>
  toFailure(
    'output_too_large',
    `The outputs inside ${run.path} are larger than ${LIMITS.heldBytes} bytes together; store them in the body`,
    run.path,
  );

/** A tolerated failure stays in the list as {error}. */
const resultOf = (frame: FrameState): Value => {
  if (frame.stop?.kind === 'failed') {
    const { code, message } = frame.stop.failure;
    return inline({ error: { code, message } });
  }
  return frame.last ?? inline(null);
};

/** Counts a failed frame; past the tolerance the rest of the block stops and the block fails with it. */
const failed = (machine: Machine, run: NodeRun, frame: FrameState, block: { failed: number }, tolerate: number): boolean => {
  if (frame.stop?.kind !== 'failed') return false;
  block.failed += 1;
  if (block.failed <= tolerate) return false;
  failBlock(machine, run, frame.stop.failure);
  return true;
};

const onStoppedFrameEnded = (machine: Machine, run: NodeRun, frame: FrameState): void => {
  closeFrame(machine, frame.path);
  // Ended ones that wait for their `until` are not asked any more.
  if (run.stopping === undefined || framesOf(machine, run).some(({ ended }) => ended === undefined)) return;
  endStopped(machine, run, run.stopping);
};

/** A group's `finally` runs however the body ended; then the group ends as the body did. */
const onGroupFrameEnded = (machine: Machine, run: NodeRun, block: GroupMemory, frame: FrameState): void => {
  const plan = nodePlanOf(machine, run);
  const bodyPath = attemptPath(run.path, run.attempt);
  if (frame.path === bodyPath) {
    block.result = {
      ...(frame.stop === undefined ? {} : { stop: frame.stop }),
      ...(frame.last === undefined ? {} : { last: frame.last }),
    };
    if (plan.op.kind === 'group' && plan.op.finally !== undefined) {
      openFrame(machine, {
        path: joinPath(bodyPath, FINALLY_FRAME),
        site: joinPath(run.site, FINALLY_FRAME),
        owner: run.path,
        parent: bodyPath,
      });
      return;
    }
  }
  const own = frame.path === bodyPath ? undefined : frame.stop;
  for (const open of framesOf(machine, run)) closeFrame(machine, open.path);
  const stop = block.result?.stop;
  if (run.stopping !== undefined) endStopped(machine, run, run.stopping);
  else if (stop?.kind === 'failed') failRun(machine, run, stop.failure);
  else if (own?.kind === 'failed') failRun(machine, run, own.failure);
  else settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output: block.result?.last ?? inline(null) });
};
