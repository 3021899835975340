import type { LinkEnd, LinkEndStore } from '../ports';
import type { Database } from './database';

const idOf = (workspace: string, link: string, end: LinkEnd): string => `${workspace}:${link}:${end}`;

export const createMongoLinkEnds = ({ models, run, insertOnce }: Database): LinkEndStore => ({
  async get(workspace, link) {
    for (const end of ['revoked', 'used'] as const)
      if ((await run(() => models.linkEnds.findOne({ _id: idOf(workspace, link, end) }).lean())) !== null) return end;
    return undefined;
  },
  claim: (workspace, link, end, expiresAt) => insertOnce(models.linkEnds, { _id: idOf(workspace, link, end), expiresAt }),
  async release(workspace, link) {
    await run(() => models.linkEnds.deleteOne({ _id: idOf(workspace, link, 'used') }));
  },
});
