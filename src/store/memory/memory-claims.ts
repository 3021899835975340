import type { IdempotencyClaim, IdempotencyStore, LeaseStore } from '../ports';

export const createMemoryIdempotencyStore = (): IdempotencyStore => {
  const claims = new Map<string, IdempotencyClaim>();
  return {
    async claim(claim) {
      const id = JSON.stringify([claim.workspace, claim.flowId, claim.key, claim.generation]);
      const held = claims.get(id);
      if (held !== undefined) return { claimed: false, held: structuredClone(held) };
      claims.set(id, structuredClone(claim));
      return { claimed: true, held: structuredClone(claim) };
    },
  };
};

export const createMemoryLeaseStore = (): LeaseStore => {
  const holders = new Map<string, string>();
  return {
    async acquire(name, term, holder) {
      const id = `${name}:${term}`;
      const held = holders.get(id) ?? holder;
      holders.set(id, held);
      return held === holder;
    },
  };
};
