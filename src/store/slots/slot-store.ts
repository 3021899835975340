import { isTerminalRunState } from '../../flow';
import type { RunStore, SlotAnswer, SlotClaim, SlotStore } from '../ports';
import { placeId, queuePrefix, slotId, slotPrefix, type SlotRow, type SlotRows } from './slot-rows';

/** A slot is claimed before its run has a row; one that has none after this time will never have one. */
const ROW_COMES_WITHIN_MS = 60_000;

const bySince = (a: SlotRow, b: SlotRow): number => a.since.getTime() - b.since.getTime();

/** @param now epoch ms */
export const createSlotStore = (rows: SlotRows, runs: Pick<RunStore, 'getById'>, now: () => number): SlotStore => {
  const slotsOf = ({ scope, limit }: SlotClaim) => rows.list(slotPrefix(scope), limit);
  const placeOf = ({ scope, since, runId }: SlotClaim): SlotRow => ({ id: placeId(scope, since, runId), runId, since });

  const look = async (claim: SlotClaim): Promise<SlotAnswer & { readonly seen: readonly SlotRow[] }> => {
    const { scope, limit, runId, since } = claim;
    const place = placeOf(claim);
    const slots = await slotsOf(claim);
    if (slots.some((slot) => slot.runId === runId)) {
      await rows.delete(place);
      return { taken: true, seen: [] };
    }
    const used = new Set(slots.map(({ id }) => id));
    const free = Array.from({ length: limit }, (_, number) => slotId(scope, number)).filter((id) => !used.has(id));
    const ahead = (await rows.list(queuePrefix(scope), limit)).filter(({ id }) => id < place.id);
    for (const id of ahead.length < free.length ? free : []) {
      if (!(await rows.insert({ id, runId, since }))) continue;
      await rows.delete(place);
      return { taken: true, seen: [] };
    }
    const seen = [...slots.toSorted(bySince), ...ahead];
    return { taken: false, older: seen.map((row) => row.runId), seen };
  };

  const isOver = async ({ runId, since }: SlotRow): Promise<boolean> => {
    const run = await runs.getById(runId);
    return run === undefined ? since.getTime() + ROW_COMES_WITHIN_MS < now() : isTerminalRunState(run.state);
  };

  /** A run that was terminated gives nothing back: whoever wants its slot frees it. */
  const mend = async (seen: readonly SlotRow[]): Promise<boolean> => {
    let freed = false;
    for (const row of seen) {
      if (!(await isOver(row))) continue;
      await rows.delete(row);
      freed = true;
    }
    return freed;
  };

  return {
    async take(claim, { waits, mends }) {
      if (waits) await rows.insert(placeOf(claim));
      const { seen, ...answer } = await look(claim);
      if (answer.taken || !mends || !(await mend(seen))) return answer;
      const { seen: _, ...again } = await look(claim);
      return again;
    },
    async leave(claim) {
      await rows.delete(placeOf(claim));
      const before = await slotsOf(claim);
      for (const slot of before) if (slot.runId === claim.runId) await rows.delete(slot);
      const left = before.filter(({ runId }) => runId !== claim.runId).length;
      const waiting = await rows.list(queuePrefix(claim.scope), Math.max(1, claim.limit - left));
      return left >= claim.limit ? [] : waiting.map(({ runId }) => runId);
    },
  };
};
