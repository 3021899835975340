import { LIMITS } from '../limits';
import type { Machine } from './machine';
import { sameContent } from '../same-content';
import { heldSize } from './tokens';
import type { Value } from '../value';

/** X5: above 1 MiB held, the largest inline outputs are stored and replaced by claims, largest first. */
export const relieveMemory = (machine: Machine): void => {
  const { state } = machine;
  if (state.heldBytes <= LIMITS.heldBytes) return;
  const candidates = Object.values(state.frames)
    .flatMap((frame) => Object.entries(frame.outputs).map(([id, value]) => ({ frame, id, value, size: heldSize(value) })))
    .filter(({ value, size }) => value.kind === 'inline' && size > LIMITS.claimReadsBytes)
    .toSorted((a, b) => b.size - a.size);
  let excess = state.heldBytes - LIMITS.heldBytes;
  for (const { frame, id, value, size } of candidates) {
    if (excess <= 0 || value.kind !== 'inline') return;
    excess -= size;
    const key = `${frame.path}|${id}`;
    if (state.offloading.includes(key)) continue;
    state.offloading.push(key);
    const plan = machine.index.nodes.get(frame.site === '' ? id : `${frame.site}/${id}`);
    machine.commands.push({ type: 'offload', path: frame.path, purpose: id, value: value.value, reads: plan?.reads ?? [] });
  }
};

/** An offloaded output comes back as a claim. A frame that has ended meanwhile, or a newer claim, is left alone. */
export const replaceOutput = (machine: Machine, framePath: string, id: string, claim: Value): void => {
  const key = `${framePath}|${id}`;
  if (!machine.state.offloading.includes(key)) return;
  machine.state.offloading = machine.state.offloading.filter((pending) => pending !== key);
  const frame = machine.state.frames[framePath];
  const before = frame?.outputs[id];
  if (frame === undefined || before === undefined || before.kind === 'claim') return;
  machine.state.heldBytes += heldSize(claim) - heldSize(before);
  frame.outputs[id] = claim;
  // Not the same object any more after a continue-as-new.
  if (sameContent(frame.last, before)) frame.last = claim;
};
