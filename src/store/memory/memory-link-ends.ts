import type { LinkEnd, LinkEndStore } from '../ports';

export const createMemoryLinkEnds = (): LinkEndStore & { sweep(now: Date): number } => {
  const ends = new Map<string, Date>();
  const idOf = (workspace: string, link: string, end: LinkEnd): string => `${workspace}:${link}:${end}`;
  return {
    get: async (workspace, link) => (['revoked', 'used'] as const).find((end) => ends.has(idOf(workspace, link, end))),
    async claim(workspace, link, end, expiresAt) {
      const id = idOf(workspace, link, end);
      if (ends.has(id)) return false;
      ends.set(id, expiresAt);
      return true;
    },
    release: async (workspace, link) => void ends.delete(idOf(workspace, link, 'used')),
    sweep(now) {
      const over = [...ends].filter(([, expiresAt]) => expiresAt < now);
      for (const [id] of over) ends.delete(id);
      return over.length;
    },
  };
};
