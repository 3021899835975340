import type { mongo } from 'mongoose';
import type { Models } from './models';

/**
 * Every index besides `_id`, each for one list or one sweep. Plain ones only: the stand-in refuses partial and TTL indexes.
 * Journal buckets and side-log chunks need none: all of a run are one range of `_id`.
 */
const INDEXES: { readonly [Name in keyof Models]?: readonly mongo.IndexSpecification[] } = {
  accounts: [
    { workspace: 1, createdAt: -1, _id: -1 },
    { workspace: 1, role: 1, createdAt: -1, _id: -1 },
  ],
  sessions: [{ accountId: 1 }, { expiresAt: 1 }],
  refreshUses: [{ expiresAt: 1 }],
  apiKeys: [{ accountId: 1, createdAt: -1, _id: -1 }],
  approvals: [
    { workspace: 1, state: 1, createdAt: -1, _id: -1 },
    { workspace: 1, state: 1, approvers: 1, createdAt: -1, _id: -1 },
    { state: 1, _id: 1 },
  ],
  loginAttempts: [{ at: 1 }],
  audit: [
    { workspace: 1, at: -1, _id: -1 },
    { workspace: 1, accountId: 1, at: -1, _id: -1 },
    { workspace: 1, targetId: 1, at: -1, _id: -1 },
  ],
  flows: [
    { workspace: 1, deleted: 1, createdAt: -1, _id: -1 },
    { workspace: 1, deleted: 1, tags: 1, createdAt: -1, _id: -1 },
    { workspace: 1, deleted: 1, secretRefs: 1, createdAt: -1, _id: -1 },
    { workspace: 1, deleted: 1, category: 1, createdAt: -1, _id: -1 },
    { workspace: 1, deleted: 1, name: 1 },
  ],
  flowVersions: [{ flowId: 1, version: -1 }],
  runs: [
    { workspace: 1, createdAt: -1, _id: -1 },
    { workspace: 1, flowId: 1, createdAt: -1, _id: -1 },
    { workspace: 1, state: 1, createdAt: -1, _id: -1 },
    { live: 1, state: 1, createdAt: 1, _id: 1 },
    { live: 1, _id: 1 },
    { dirty: 1, _id: 1 },
  ],
  schedules: [
    { workspace: 1, createdAt: -1, _id: -1 },
    { workspace: 1, flowId: 1, createdAt: -1, _id: -1 },
  ],
  bulk: [{ state: 1, _id: 1 }],
  leases: [{ claimedAt: 1 }],
  linkEnds: [{ expiresAt: 1 }],
  kv: [{ purgeAt: 1 }],
  kvOperations: [{ purgeAt: 1 }],
};

/** Makes what is missing; safe to repeat and to run in several processes at once. Takes as long as the data needs. */
export const ensureIndexes = async (models: Models): Promise<void> => {
  for (const [name, model] of Object.entries(models)) {
    for (const index of INDEXES[name as keyof Models] ?? []) await model.collection.createIndex(index, {}, {});
  }
};
