import type { Session, SessionStore } from '../ports';

export const createMemorySessionStore = (): SessionStore & { sweep(now: Date): number } => {
  const sessions = new Map<string, Session>();
  const spent = new Map<string, { readonly at: Date; readonly expiresAt: Date }>();
  const idOf = ({ id }: Session, number: number): string => `${id}:${number}`;
  const removeWhere = <T>(map: Map<string, T>, isOver: (value: T) => boolean): number => {
    const over = [...map].filter(([, value]) => isOver(value));
    for (const [id] of over) map.delete(id);
    return over.length;
  };
  return {
    insert: async (session) => void sessions.set(session.id, structuredClone(session)),
    get: async (id) => structuredClone(sessions.get(id)),
    delete: async (id) => void sessions.delete(id),
    deleteAllOf: async (accountId) => void removeWhere(sessions, (session) => session.accountId === accountId),
    async spend(session, number, at) {
      const id = idOf(session, number);
      if (spent.has(id)) return false;
      spent.set(id, { at, expiresAt: session.expiresAt });
      return true;
    },
    sweep: (now) =>
      removeWhere(sessions, ({ expiresAt }) => expiresAt <= now) + removeWhere(spent, ({ expiresAt }) => expiresAt <= now),
  };
};
