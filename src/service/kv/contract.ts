import type { Json, Principal } from '../../flow';

export const KV_SCOPES = ['global', 'flow', 'flow_group'] as const;
export type KvScope = (typeof KV_SCOPES)[number];

/** Whose a key is: of the whole workspace, of one flow, or of a name that flows share. */
export interface KvPlace {
  readonly scope: KvScope;
  /** The flow's id, or the shared name; none of `global`. */
  readonly scopeKey?: string;
}
export interface KvItem extends KvPlace {
  readonly id: string;
  readonly key: string;
  readonly value: Json;
}
/** The entries that flows read and write with the node type `store` and the kv modules. */
export interface KvService {
  /** By key, the first 1,000 of the scope; of all scopes when none is given. */
  list(principal: Principal, place?: Partial<KvPlace>): Promise<readonly KvItem[]>;
  /** Throws `invalid_request` for a place or key that cannot be, `payload_too_large`. */
  set(
    principal: Principal,
    item: KvPlace & { readonly key: string; readonly value: Json; readonly ttlMs?: number },
  ): Promise<KvItem>;
  /** Throws `not_found`. */
  remove(principal: Principal, id: string): Promise<void>;
}
