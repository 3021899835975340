import { createEnvelope } from '../../../src/crypto/envelope';
import { createKeyring } from '../../../src/crypto/keyring';
import { seeded } from '../../support/random';
import { createTally, expectGood } from '../../support/tally';
import { aKey } from '../../support/encryption-keys';

const envelope = createEnvelope(createKeyring([aKey('k1')]));
const place = (n: number) => ({ workspace: `ws_${n % 7}`, account: `acct_${n % 31}`, key: `KEY_${n % 3}` });
const secretOf = (n: number) => {
  const { kek, wrapped } = envelope.newKey(place(n));
  return { kek, wrapped, version: 1, sealed: envelope.seal(place(n), wrapped, 1, `value ${n}`) };
};
const opens = (open: () => unknown): boolean => {
  try {
    open();
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/^(decryption_failed|key_missing)$/) as string });
    return false;
  }
};

describe('envelope (K3)', () => {
  test('a flipped bit anywhere is refused', () => {
    const next = seeded(7);
    const tally = createTally('K3 bit flips');
    for (let n = 0; n < 1_000; n += 1) {
      const { wrapped, sealed } = secretOf(n);
      const flip = (text: string): string => {
        const bytes = Buffer.from(text);
        const at = Math.floor(next() * bytes.length);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(next() * 7));
        return bytes.toString('latin1');
      };
      const flipped = n % 2 === 0 ? { wrapped, sealed: flip(sealed) } : { wrapped: flip(wrapped), sealed };
      tally.count(!opens(() => envelope.open(place(n), flipped.wrapped, 1, flipped.sealed)), () => JSON.stringify(flipped));
    }
    expectGood(tally, 1_000);
  });

  test('a text moved to another workspace, account, key, version or secret is refused', () => {
    const tally = createTally('K3 swaps');
    for (let n = 0; n < 200; n += 1) {
      const mine = secretOf(n);
      const other = secretOf(n + 1);
      const at = place(n);
      expect(envelope.open(at, mine.wrapped, 1, mine.sealed)).toBe(`value ${n}`);
      const moves: readonly (() => string)[] = [
        () => envelope.open({ ...at, workspace: 'ws_x' }, mine.wrapped, 1, mine.sealed),
        () => envelope.open({ ...at, account: 'acct_x' }, mine.wrapped, 1, mine.sealed),
        () => envelope.open({ ...at, key: 'OTHER' }, mine.wrapped, 1, mine.sealed),
        () => envelope.open(at, mine.wrapped, 2, mine.sealed),
        () => envelope.open(at, mine.wrapped, 1, other.sealed),
        () => envelope.open(at, other.wrapped, 1, mine.sealed),
        () => envelope.open(at, other.wrapped, 1, other.sealed),
      ];
      for (const [index, move] of moves.entries()) tally.count(!opens(move), () => `${n}: ${index}`);
    }
    expectGood(tally, 1_000);
  });

  test('no IV is used twice', () => {
    const { wrapped } = secretOf(0);
    const ivs = new Set<string>();
    const tally = createTally('K3 repeated IVs');
    for (let n = 0; n < 20_000; n += 1) {
      const iv = envelope.seal(place(0), wrapped, 1, 'the same').split(':')[2] ?? '';
      tally.count(!ivs.has(iv), () => iv);
      ivs.add(iv);
    }
    expectGood(tally, 20_000);
  });

  test('a new key wraps the same value; without the old one what it wrapped is refused by name', () => {
    const { wrapped, sealed } = secretOf(5);
    const both = createEnvelope(createKeyring([aKey('k2'), aKey('k1')]));
    const moved = both.rewrap(place(5), wrapped);
    expect(moved.kek).toBe('k2');
    const alone = createEnvelope(createKeyring([aKey('k2')]));
    expect(alone.open(place(5), moved.wrapped, 1, sealed)).toBe('value 5');
    expect(() => alone.open(place(5), wrapped, 1, sealed)).toThrow(expect.objectContaining({ code: 'key_missing' }) as Error);
  });
});
