import type { SlotRow, SlotRows } from '../slots/slot-rows';

export const createMemorySlotRows = (): SlotRows => {
  const rows = new Map<string, SlotRow>();
  return {
    async insert(row) {
      if (rows.has(row.id)) return false;
      rows.set(row.id, row);
      return true;
    },
    list: async (idPrefix, limit) =>
      [...rows.values()]
        .filter(({ id }) => id.startsWith(idPrefix))
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    async delete({ id, runId }) {
      if (rows.get(id)?.runId === runId) rows.delete(id);
    },
  };
};
