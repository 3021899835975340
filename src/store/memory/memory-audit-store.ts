import { isAfter, isWithin } from '../audit-order';
import type { AuditEntry, AuditStore } from '../ports';

export const createMemoryAuditStore = (): AuditStore => {
  const entries: AuditEntry[] = [];
  return {
    append: async (entry) => void entries.push(structuredClone(entry)),
    async list(workspace, filter, position, limit) {
      const { accountId, action, targetId } = filter;
      const found = entries.filter(
        (entry) =>
          entry.workspace === workspace &&
          (accountId === undefined || entry.actor.accountId === accountId) &&
          (action === undefined || entry.action === action) &&
          (targetId === undefined || entry.target.id === targetId) &&
          isWithin(entry.at, filter) &&
          isAfter(entry, position),
      );
      return structuredClone(found.sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1)).slice(0, limit));
    },
  };
};
