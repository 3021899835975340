import { LIMITS } from '../limits';
import { sameContent } from '../same-content';
import type { JsonPath, Value } from '../value';
import type { Machine } from './machine';
import { joinPath } from './paths';
import type { RunMemory } from './state';
import { heldSize } from './tokens';
import { undoNodesAt, undoPath } from './undo';

/** Values held at one place: the outputs of a frame, or what an undo will read there. */
interface Place {
  readonly path: string;
  readonly values: Readonly<Record<string, Value>>;
  readonly readsOf: (id: string) => readonly JsonPath[];
}

const placesOf = ({ state, index }: Machine): Place[] => [
  ...Object.values(state.frames).map((frame) => ({
    path: frame.path,
    values: frame.outputs,
    readsOf: (id: string) => index.nodes.get(joinPath(frame.site, id))?.reads ?? [],
  })),
  ...state.undo.map(({ nodes }, at) => ({ path: undoPath(at), values: nodes, readsOf: () => [] })),
];

/** X5: above 1 MiB held, the largest inline values are stored and replaced by claims, largest first. */
export const relieveMemory = (machine: Machine): void => {
  const { state } = machine;
  if (state.heldBytes <= LIMITS.heldBytes) delete state.crowded;
  if (state.heldBytes <= LIMITS.heldBytes || !mayHelp(state)) return;
  const before = state.offloading.length;
  const candidates = placesOf(machine)
    .flatMap((place) =>
      Object.entries(place.values).flatMap(([id, value]) =>
        value.kind === 'inline' ? [{ place, id, value: value.value, size: heldSize(value) }] : [],
      ),
    )
    .filter(({ size }) => size > LIMITS.claimReadsBytes)
    .toSorted((a, b) => b.size - a.size);
  let excess = state.heldBytes - LIMITS.heldBytes;
  for (const { place, id, value, size } of candidates) {
    if (excess <= 0) break;
    excess -= size;
    const key = `${place.path}|${id}`;
    if (state.offloading.includes(key)) continue;
    state.offloading.push(key);
    machine.commands.push({ type: 'offload', path: place.path, purpose: id, value, reads: place.readsOf(id) });
  }
  if (excess > 0 && state.offloading.length === before) state.crowded = state.heldBytes;
  else delete state.crowded;
};

/** Many small values cannot leave: they are looked at again when an eighth more has come, not at every event. */
const mayHelp = (state: RunMemory): boolean => state.heldBytes > (state.crowded ?? 0) * 1.125;

/** An offloaded value comes back as a claim. A place that is gone meanwhile, or a newer claim, is left alone. */
export const replaceValue = ({ state }: Machine, path: string, id: string, claim: Value): void => {
  const key = `${path}|${id}`;
  if (!state.offloading.includes(key)) return;
  state.offloading = state.offloading.filter((pending) => pending !== key);
  const frame = state.frames[path];
  const values = frame?.outputs ?? undoNodesAt(state, path);
  const before = values?.[id];
  if (values === undefined || before === undefined || before.kind === 'claim') return;
  state.heldBytes += heldSize(claim) - heldSize(before);
  values[id] = claim;
  // Not the same object any more after a continue-as-new.
  if (frame !== undefined && sameContent(frame.last, before)) frame.last = claim;
};
