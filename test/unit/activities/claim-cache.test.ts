import { createClaimCache } from '../../../src/activities/claim-cache';
import type { ArtifactRef } from '../../../src/flow';

const ref = (key: string, size: number): ArtifactRef => ({ store: 's', key, size, type: 'application/json', sha256: key });
const MIB = 1_024 * 1_024;

describe('the cache of claims', () => {
  it('keeps at most 12 MiB of text, the least used leave first', () => {
    const cache = createClaimCache(() => 0);
    for (const key of ['a', 'b', 'c']) cache.set(ref(key, 4 * MIB), key);
    expect(cache.get(ref('a', 4 * MIB))).toBe('a');
    cache.set(ref('d', 4 * MIB), 'd');
    expect(['a', 'b', 'c', 'd'].map((key) => cache.get(ref(key, 4 * MIB)))).toEqual(['a', undefined, 'c', 'd']);
    cache.set(ref('e', 13 * MIB), 'e');
    expect(cache.get(ref('e', 13 * MIB))).toBeUndefined();
    for (let n = 0; n < 10; n += 1) cache.set(ref('d', 4 * MIB), 'again');
    expect(['a', 'c', 'd'].map((key) => cache.get(ref(key, 4 * MIB)))).toEqual(['a', 'c', 'again']);
  });

  it('forgets what was not used for 30 s', () => {
    let now = 0;
    const cache = createClaimCache(() => now);
    cache.set(ref('a', 1), 1);
    now = 29_999;
    expect(cache.get(ref('a', 1))).toBe(1);
    now += 29_999;
    expect(cache.get(ref('a', 1))).toBe(1);
    now += 30_000;
    expect(cache.get(ref('a', 1))).toBeUndefined();
  });
});
