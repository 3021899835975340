import { stringify } from '../expr/globals';
import type { NodePlan } from '../plan';
import type { Value } from '../value';
import type { Machine } from './machine';
import { COMPENSATE_FRAME, slotPath } from './paths';
import { undoValues } from './scope';
import type { NodeRun, RunMemory, Undo } from './state';
import { heldSize } from './tokens';

/** Where the undo at this place of the stack will run; until then, the address of its values. */
export const undoPath = (index: number): string => slotPath(COMPENSATE_FRAME, index);

/** A node with an undo has completed. What the undo will read is held from now on, and counts (X5). */
export const keepUndo = (machine: Machine, run: NodeRun, plan: NodePlan): void => {
  const { state } = machine;
  const undo: Undo = { path: run.path, site: run.site, ...undoValues(machine, run, plan) };
  state.undo.push(undo);
  state.heldBytes += undoSize(undo);
};

/** The next undo, the last that completed first; its values are the caller's now. */
export const takeUndo = (state: RunMemory): Undo | undefined => {
  const undo = state.undo.pop();
  if (undo !== undefined) state.heldBytes -= undoSize(undo);
  return undo;
};

/** The values of the undo that will run at this path. */
export const undoNodesAt = (state: RunMemory, path: string): Record<string, Value> | undefined => {
  const index = /^compensate\[(\d+)\]$/.exec(path)?.[1];
  return index === undefined ? undefined : state.undo[Number(index)]?.nodes;
};

const undoSize = ({ nodes, locals }: Undo): number =>
  Object.values(nodes).reduce((sum, value) => sum + heldSize(value), stringify(locals).length);
