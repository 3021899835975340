import fc from 'fast-check';
import { formatDuration, MAX_DURATION_MS, parseDuration } from '../../../src/flow/duration';

describe('parseDuration', () => {
  it.each([
    ['250ms', 250],
    ['5s', 5_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['1m250ms', 60_250],
    [' 5s ', 5_000],
    ['30', 30_000],
    ['0s', 0],
    ['PT5M', 300_000],
    ['P1DT2H', 93_600_000],
    ['P2W', 1_209_600_000],
    ['pt0.5s', 500],
  ])('reads %s as %d ms', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each([
    '',
    ' ',
    'P',
    'PT',
    'P1DT',
    'x',
    '-5s',
    '5 s',
    '5y',
    'P1M',
    'P1Y',
    '1m1h',
    '5s5s',
    '1e3s',
    '3651d',
    '999999999w',
    'NaN',
  ])('answers nothing for %j', (text) => expect(parseDuration(text)).toBeUndefined());

  it('takes a number as milliseconds', () => {
    expect(parseDuration(1_500)).toBe(1_500);
    expect(parseDuration(-1)).toBeUndefined();
    expect(parseDuration(Number.NaN)).toBeUndefined();
    expect(parseDuration(MAX_DURATION_MS + 1)).toBeUndefined();
  });

  it('never throws, whatever the text', () => {
    fc.assert(fc.property(fc.string(), (text) => (parseDuration(text) ?? 0) >= 0));
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [864_000_000, '10d'],
    [604_800_000, '1w'],
    [1_234, '1s234ms'],
  ])('writes %d as %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it('is read back to the same milliseconds', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: MAX_DURATION_MS }), (ms) => parseDuration(formatDuration(ms)) === ms));
  });
});
