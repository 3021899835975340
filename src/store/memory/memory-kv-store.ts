import type { Json } from '../../flow';
import { applyKvWrite, assertKvKey, isAlive, type KvEntry, type KvWrite } from '../kv-write';
import type { KvStore } from '../ports';

export const createMemoryKvStore = (now: () => number): KvStore & { sweep(nowMs: number): number } => {
  const entries = new Map<string, KvEntry>();
  const results = new Map<string, Json>();
  const idOf = (workspace: string, key: string): string => `${workspace}:${key}`;
  const alive = (id: string): KvEntry | undefined => {
    const entry = entries.get(id);
    return entry !== undefined && isAlive(entry, now()) ? entry : undefined;
  };
  const write = (workspace: string, key: string, operationId: string, change: KvWrite): Json => {
    assertKvKey(key);
    const operation = idOf(workspace, operationId);
    const first = results.get(operation);
    if (first !== undefined) return structuredClone(first);
    const id = idOf(workspace, key);
    const { entry, result } = applyKvWrite(key, alive(id), structuredClone(change), now());
    if (entry === undefined) entries.delete(id);
    else entries.set(id, entry);
    results.set(operation, structuredClone(result));
    return structuredClone(result);
  };

  return {
    async get(workspace, key) {
      assertKvKey(key);
      const entry = alive(idOf(workspace, key));
      return entry === undefined ? { found: false, value: null } : { found: true, value: structuredClone(entry.value) };
    },
    async set(workspace, key, value, { operationId, ttlMs }) {
      write(workspace, key, operationId, { kind: 'set', value, ...(ttlMs === undefined ? {} : { ttlMs }) });
    },
    delete: async (workspace, key, { operationId }) => write(workspace, key, operationId, { kind: 'delete' }) === true,
    increment: async (workspace, key, amount, { operationId }) =>
      Number(write(workspace, key, operationId, { kind: 'increment', amount })),
    async append(workspace, key, value, { operationId }) {
      const list = write(workspace, key, operationId, { kind: 'append', value });
      return Array.isArray(list) ? list : [];
    },
    async list(workspace, prefix, limit) {
      const start = idOf(workspace, prefix);
      const ids = [...entries.keys()].filter((id) => id.startsWith(start) && alive(id) !== undefined).sort();
      return ids.slice(0, limit).map((id) => ({
        key: id.slice(workspace.length + 1),
        value: structuredClone(entries.get(id)?.value ?? null),
      }));
    },
    sweep(nowMs) {
      const expired = [...entries].filter(([, entry]) => !isAlive(entry, nowMs));
      for (const [id] of expired) entries.delete(id);
      return expired.length;
    },
  };
};
