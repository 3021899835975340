/** Claims (X5, X6): values above 32 KiB travel as references with the parts that expressions read. */
import {
  inline,
  LIMITS,
  partAt,
  RepriseError,
  type ArtifactRef,
  type Json,
  type JsonObject,
  type JsonPath,
  type Value,
} from '../flow';
import type { ArtifactStore } from '../store/ports';
import { artifactKey } from './artifact-key';
import { createClaimCache } from './claim-cache';
import { onStore } from './failure';

/** Deeper values are refused: MongoDB takes 100 levels, of which events and heads need some. */
const DEEPEST = 64;
const JSON_TYPE = 'application/json';

export interface ValueOwner {
  readonly workspace: string;
  readonly runId: string;
}

export interface Values {
  /** Inline up to 32 KiB, else a claim. `parts` name the value within its run, e.g. path and attempt. */
  toValue(owner: ValueOwner, parts: readonly string[], value: Json, reads: readonly JsonPath[]): Promise<Value>;
  /** A claim whatever its size. */
  toClaim(owner: ValueOwner, parts: readonly string[], value: Json, reads: readonly JsonPath[]): Promise<Value>;
  /** The whole JSON of a value; that of a claim may be shared: never change it. */
  read(value: Value): Promise<Json>;
  readRef(ref: ArtifactRef): Promise<Json>;
  /** Stores JSON of any depth and size. */
  put(owner: ValueOwner, parts: readonly string[], value: Json): Promise<ArtifactRef>;
}

export const createValues = (artifacts: ArtifactStore, now: () => number): Values => {
  const cache = createClaimCache(now);

  const store = (owner: ValueOwner, parts: readonly string[], text: string): Promise<ArtifactRef> => {
    const bytes = Buffer.from(text);
    return onStore(() => artifacts.put(artifactKey(owner, parts, bytes), bytes, JSON_TYPE));
  };
  const claim = async (
    owner: ValueOwner,
    parts: readonly string[],
    value: Json,
    text: string,
    reads: readonly JsonPath[],
  ): Promise<Value> => ({
    kind: 'claim',
    ref: await store(owner, parts, text),
    known: knownParts(value, reads),
  });
  const readRef = async (ref: ArtifactRef): Promise<Json> => {
    const known = cache.get(ref);
    if (known !== undefined) return known;
    const value = JSON.parse(Buffer.from(await onStore(() => artifacts.get(ref))).toString('utf8')) as Json;
    cache.set(ref, value);
    return value;
  };

  return {
    async toValue(owner, parts, value, reads) {
      const text = toText(value);
      return Buffer.byteLength(text) <= LIMITS.inlineOutputBytes ? inline(value) : claim(owner, parts, value, text, reads);
    },
    async toClaim(owner, parts, value, reads) {
      return claim(owner, parts, value, toText(value), reads);
    },
    read: (value) => (value.kind === 'inline' ? Promise.resolve(value.value) : readRef(value.ref)),
    readRef,
    put: (owner, parts, value) => store(owner, parts, JSON.stringify(value)),
  };
};

const toText = (value: Json): string => {
  if (isDeeper(value, DEEPEST))
    throw new RepriseError(
      'output_too_deep',
      `The value is nested deeper than ${DEEPEST} levels; take out the part that is needed`,
    );
  return JSON.stringify(value);
};

/** Level by level, without recursion: a value may have any depth. */
const isDeeper = (value: Json, most: number): boolean => {
  let level = containersIn([value]);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= most) return true;
    level = level.flatMap((container) => containersIn(Object.values(container)));
  }
  return false;
};
const containersIn = (items: readonly Json[]): (Json[] | JsonObject)[] =>
  items.filter((item) => typeof item === 'object' && item !== null);

/** The values at `reads` that are there, the small ones first, while they fit together into 16 KiB (X6). */
const knownParts = (value: Json, reads: readonly JsonPath[]): [JsonPath, Json][] => {
  const found = reads
    .map((path) => ({ path, part: partAt(value, path) }))
    .flatMap(({ path, part }) => (part === undefined ? [] : [{ path, part, size: Buffer.byteLength(JSON.stringify(part)) }]))
    .sort((a, b) => a.size - b.size);
  let left: number = LIMITS.claimReadsBytes;
  const known: [JsonPath, Json][] = [];
  for (const { path, part, size } of found) {
    left -= size;
    if (left < 0) break;
    known.push([path, part]);
  }
  return known;
};
