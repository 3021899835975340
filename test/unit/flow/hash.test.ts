import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { sha256Hex, stableId, stableUnit, stableUuid } from '../../../src/flow/hash';

describe('stable names', () => {
  it('sha256Hex agrees with the platform on any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        (text) => sha256Hex(text) === createHash('sha256').update(text, 'utf8').digest('hex'),
      ),
    );
  });

  it('stableId has the shape of a ULID and is the first 128 bits of the digest', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const id = stableId('run', seed);
        expect(id).toMatch(/^run_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
        const value = Array.from(id.slice(4)).reduce(
          (sum, char) => sum * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(char)),
          0n,
        );
        expect(value.toString(16).padStart(32, '0')).toBe(sha256Hex(seed).slice(0, 32));
      }),
    );
  });

  it('stableUuid is a version 4 UUID, stableUnit lies in [0, 1), both from the seed alone', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        expect(stableUuid(seed)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(stableUuid(seed)).toBe(stableUuid(seed));
        const unit = stableUnit(seed);
        expect(unit >= 0 && unit < 1 && unit === stableUnit(seed)).toBe(true);
      }),
    );
  });

  it('differs between seeds', () => {
    const ids = new Set(Array.from({ length: 1_000 }, (_, n) => stableId('nrun', `run|${n}`)));
    expect(ids.size).toBe(1_000);
  });
});
