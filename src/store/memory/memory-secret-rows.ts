import { placeId, type SealedSecret, type SecretRows } from '../secrets/secret-rows';

export const createMemorySecretRows = (): SecretRows => {
  const rows = new Map<string, SealedSecret>();
  const sorted = (): SealedSecret[] => structuredClone([...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row));
  const isOf = (row: SealedSecret, owner: { readonly workspace: string; readonly account: string }): boolean =>
    row.workspace === owner.workspace && row.account === owner.account;

  /** Applies when `same` still holds of what is kept. */
  const change = (place: SealedSecret, same: 'sealed' | 'wrapped', members: Partial<SealedSecret>): boolean => {
    const kept = rows.get(placeId(place));
    if (kept === undefined || kept[same] !== place[same]) return false;
    rows.set(placeId(place), { ...kept, ...structuredClone(members) });
    return true;
  };

  return {
    async insert(row) {
      if (rows.has(placeId(row))) return false;
      rows.set(placeId(row), structuredClone(row));
      return true;
    },
    get: async (place) => structuredClone(rows.get(placeId(place))),
    listOf: async (owner) => sorted().filter((row) => isOf(row, owner)),
    change: async (found, members) => change(found, 'sealed', members),
    rewrap: async (found, members) => change(found, 'wrapped', members),
    delete: async (place) => rows.delete(placeId(place)),
    async deleteAllOf(owner) {
      const mine = sorted().filter((row) => isOf(row, owner));
      for (const row of mine) rows.delete(placeId(row));
      return mine.length;
    },
    listAll: async (after, limit) =>
      sorted()
        .filter((row) => after === undefined || placeId(row) > placeId(after))
        .slice(0, limit),
  };
};
