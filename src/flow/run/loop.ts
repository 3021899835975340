import type { Json } from '../json';
import { LIMITS } from '../limits';
import type { LoopOperation } from '../plan';
import { inline, type Value } from '../value';
import { DEFAULT_ACTION } from '../words';
import { askOnce, jsonOf } from './ask';
import { failBlock, failRun } from './fail-and-stop';
import { toFailure } from './failures';
import { asItems } from './items';
import { frameOf, type Machine } from './machine';
import { attemptPath, slotPath } from './paths';
import { settle } from './settle';
import type { LoopMemory, NodeRun } from './state';
import { closeFrame, heldSize, openFrame } from './tokens';

/** Starts a loop: over items in memory, over pages of a claimed list (X6), or while/until an expression says. */
export const startLoop = (machine: Machine, run: NodeRun, op: LoopOperation): void => {
  if (run.block?.kind === 'loop') return pumpLoop(machine, run, op, run.block);
  const memory: LoopMemory = { kind: 'loop', items: [], base: 0, next: 0, active: 0, failed: 0, outputs: [] };
  if (op.maxTimeMs !== undefined) {
    memory.deadline = machine.nowMs + op.maxTimeMs;
    run.wake = { kind: 'timeout', at: memory.deadline };
  }
  if (op.items !== undefined) {
    const answer = askOnce(machine, run, 'items', { kind: 'template', source: op.items });
    if (!answer.ready) return;
    if (answer.value.kind === 'claim') memory.claim = answer.value.ref;
    else {
      const list = asItems(answer.value.value);
      if (list === undefined)
        return failRun(
          machine,
          run,
          toFailure(
            'invalid_params',
            `items of loop ${run.path} must be a list or an object; it is ${typeOf(answer.value.value)}`,
            run.path,
          ),
        );
      memory.items = list;
      memory.total = list.length;
    }
  }
  run.block = memory;
  pumpLoop(machine, run, op, memory);
};

const typeOf = (value: Json): string => (value === null ? 'null' : typeof value);

/** Opens iterations up to the concurrency, and settles the loop when nothing is left. */
const pumpLoop = (machine: Machine, run: NodeRun, op: LoopOperation, block: LoopMemory): void => {
  const { until } = op;
  if (until !== undefined)
    for (let path = block.judging?.[0]; path !== undefined; path = block.judging?.[0])
      if (!judgeUntil(machine, run, { as: op.as, until }, block, path)) return;
  if (block.total !== undefined && block.total > LIMITS.loopItems)
    return failBlock(
      machine,
      run,
      toFailure('too_many_items', `Loop ${run.path} has ${block.total} items; the limit is ${LIMITS.loopItems}`, run.path),
    );
  const concurrency = op.items === undefined ? 1 : op.concurrency;
  while (block.active < concurrency) {
    const next = nextItem(machine, run, op, block);
    if (next === 'later') return;
    if (next === 'none') break;
    openIteration(machine, run, op, block, next.item);
  }
  if (block.active === 0) endLoop(machine, run, block);
};

type Next = 'none' | 'later' | { readonly item: Json };

const nextItem = (machine: Machine, run: NodeRun, op: LoopOperation, block: LoopMemory): Next => {
  if (block.stopping) return 'none';
  if (op.items === undefined) return nextRound(machine, run, op, block);
  const item = block.items[block.next - block.base];
  if (item !== undefined) return { item };
  if (block.claim === undefined || (block.total !== undefined && block.next >= block.total)) return 'none';
  run.busy = 'evaluate';
  const { path, attempt } = run;
  machine.commands.push({ type: 'readItems', path, attempt, ref: block.claim, offset: block.next, limit: LIMITS.loopPage });
  return 'later';
};

const nextRound = (machine: Machine, run: NodeRun, op: LoopOperation, block: LoopMemory): Next => {
  const last = block.outputs.at(-1);
  const item = last === undefined ? null : jsonOf(last);
  if (op.while !== undefined) {
    const locals = { index: block.next, item, [op.as]: item };
    const answer = askOnce(machine, run, `while.${block.next}`, { kind: 'expression', source: op.while, locals });
    if (!answer.ready) return 'later';
    if (jsonOf(answer.value) !== true) return 'none';
  }
  if (block.next >= op.maxIterations) {
    failBlock(
      machine,
      run,
      toFailure('max_iterations', `Loop ${run.path} did not end within ${op.maxIterations} iterations`, run.path),
    );
    return 'later';
  }
  return { item };
};

const openIteration = (machine: Machine, run: NodeRun, op: LoopOperation, block: LoopMemory, item: Json): void => {
  const index = block.next;
  block.next += 1;
  block.active += 1;
  openFrame(machine, {
    path: slotPath(attemptPath(run.path, run.attempt), index),
    site: run.site,
    owner: run.path,
    parent: run.frame,
    locals: { item, index, [op.as]: item },
  });
};

/** Asks `until` of the iteration that ended first. False while an activity evaluates it. */
const judgeUntil = (
  machine: Machine,
  run: NodeRun,
  op: { readonly as: string; readonly until: string },
  block: LoopMemory,
  path: string,
): boolean => {
  const frame = frameOf(machine, path);
  const index = Number(frame.locals['index']);
  const last = frame.last ?? inline(null);
  const item = jsonOf(last);
  const answer = askOnce(machine, run, `until.${index}`, {
    kind: 'expression',
    source: op.until,
    frame: frame.path,
    locals: { index, item, [op.as]: item },
  });
  if (!answer.ready) return false;
  block.judging?.shift();
  block.active -= 1;
  block.outputs[index] = last;
  block.bytes = (block.bytes ?? 0) + heldSize(last);
  closeFrame(machine, frame.path);
  if (jsonOf(answer.value) === true) block.stopping = true;
  return true;
};

const endLoop = (machine: Machine, run: NodeRun, block: LoopMemory): void => {
  const output: Value = inline(block.outputs.map(jsonOf));
  if (heldSize(output) > LIMITS.heldBytes)
    return failRun(
      machine,
      run,
      toFailure(
        'output_too_large',
        `The outputs of loop ${run.path} are larger than ${LIMITS.heldBytes} bytes together; store them in the body`,
        run.path,
      ),
    );
  settle(machine, run, { state: 'DONE', action: DEFAULT_ACTION, output });
};
