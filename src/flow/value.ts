import type { Json } from './json';

/** Where an artifact lies: bytes in an object store, addressed by (store, key). `size` in bytes, `sha256` in hex. */
export interface ArtifactRef {
  readonly store: string;
  readonly key: string;
  readonly size: number;
  readonly type: string;
  readonly sha256: string;
}

/** A path into a JSON value: member names and list indexes. */
export type JsonPath = readonly (string | number)[];

/**
 * A value of a run: inline, or a claim (X6) on an artifact with the parts that inline expressions read.
 * The artifact of a claim holds the value as UTF-8 JSON.
 */
export type Value =
  | { readonly kind: 'inline'; readonly value: Json }
  | { readonly kind: 'claim'; readonly ref: ArtifactRef; readonly known: readonly (readonly [JsonPath, Json])[] };

export const inline = (value: Json): Value => ({ kind: 'inline', value });
