import { RepriseError, type Json } from '../flow';

const KV_KEY_BYTES = 512;
const KV_VALUE_BYTES = 1024 * 1024;
/** How long an operation id is remembered (X1), and how long an expired or deleted entry keeps the memory of its last one. */
export const KV_MEMORY_MS = 7 * 24 * 3_600_000;

export type KvWrite =
  | { readonly kind: 'set'; readonly value: Json; readonly ttlMs?: number }
  | { readonly kind: 'delete' }
  | { readonly kind: 'increment'; readonly amount: number }
  | { readonly kind: 'append'; readonly value: Json };

/** An entry as a reader sees it; `expiresAt` in epoch ms. */
export interface KvEntry {
  readonly value: Json;
  readonly expiresAt?: number;
}

export interface KvOutcome {
  /** undefined: the key holds nothing afterwards. */
  readonly entry: KvEntry | undefined;
  /** What the operation answers, and answers again when it is repeated. */
  readonly result: Json;
}

export const isAlive = (entry: KvEntry, nowMs: number): boolean => entry.expiresAt === undefined || entry.expiresAt > nowMs;

/**
 * What a write makes of a key. `before` is undefined when the key holds nothing (or has expired). `set` gives the entry a new
 * expiry, `increment` and `append` keep the one it has. Throws `store_not_a_number`, `store_not_a_list`, `store_value_too_large`.
 */
export const applyKvWrite = (key: string, before: KvEntry | undefined, write: KvWrite, nowMs: number): KvOutcome => {
  switch (write.kind) {
    case 'set': {
      const expiry = write.ttlMs === undefined ? {} : { expiresAt: nowMs + write.ttlMs };
      return { entry: { value: bounded(key, write.value), ...expiry }, result: null };
    }
    case 'delete':
      return { entry: undefined, result: before !== undefined };
    case 'increment': {
      const sum = numberOf(key, before) + write.amount;
      if (!Number.isFinite(sum))
        throw new RepriseError('store_not_a_number', `Incrementing the key "${key}" leaves the range of numbers; set it anew.`);
      return { entry: { ...before, value: sum }, result: sum };
    }
    case 'append': {
      const list = bounded(key, [...listOf(key, before), write.value]);
      return { entry: { ...before, value: list }, result: list };
    }
  }
};

/** Throws `store_bad_key` for a key that no adapter could keep as it is. */
export const assertKvKey = (key: string): void => {
  const bytes = Buffer.byteLength(key);
  // In unicode mode the class matches lone surrogates only; they do not survive UTF-8.
  if (bytes > 0 && bytes <= KV_KEY_BYTES && !/[\uD800-\uDFFF]/u.test(key)) return;
  throw new RepriseError('store_bad_key', `A key has 1 to ${KV_KEY_BYTES} bytes of valid text; this one has ${bytes}.`);
};

const numberOf = (key: string, entry: KvEntry | undefined): number => {
  if (entry === undefined) return 0;
  if (typeof entry.value === 'number') return entry.value;
  throw new RepriseError('store_not_a_number', `The key "${key}" holds no number; set it to one before you increment it.`);
};

const listOf = (key: string, entry: KvEntry | undefined): readonly Json[] => {
  if (entry === undefined) return [];
  if (Array.isArray(entry.value)) return entry.value;
  throw new RepriseError('store_not_a_list', `The key "${key}" holds no list; set it to one before you append to it.`);
};

const bounded = <T extends Json>(key: string, value: T): T => {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= KV_VALUE_BYTES) return value;
  throw new RepriseError(
    'store_value_too_large',
    `The value of the key "${key}" would have ${bytes} bytes; at most ${KV_VALUE_BYTES} fit. Keep larger data as an artifact.`,
  );
};
