import { dueTimes } from '../../../../src/activities/approvals/due-times';
import type { BusinessCalendar } from '../../../../src/flow';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const berlin: BusinessCalendar = { zone: 'Europe/Berlin', days: [1, 2, 3, 4, 5], hours: { from: '09:00', to: '17:00' } };
const every = (zone: string, from: string, to: string): BusinessCalendar => ({
  zone,
  days: [1, 2, 3, 4, 5, 6, 7],
  hours: { from, to },
});

/** The deadline of an approval opened at `start`. */
const due = (start: string, timeoutMs: number, calendar?: BusinessCalendar): string => {
  const { dueAt = Number.NaN } = dueTimes(Date.parse(start), { timeoutMs, remindMs: [], ...(calendar && { calendar }) });
  return new Date(dueAt).toISOString();
};

describe('due times without a calendar', () => {
  it('count from the opening', () => {
    expect(dueTimes(1_000, { timeoutMs: 50, remindMs: [10, 20], escalateMs: 30 })).toEqual({
      dueAt: 1_050,
      remindAt: [1_010, 1_020],
      escalateAt: 1_030,
    });
  });
});

describe('business time', () => {
  // 2026-11-24 is a Tuesday; Berlin is an hour ahead of UTC then.
  it.each([
    ['hours within a day', '2026-11-24T09:00:00Z', 2 * HOUR, '2026-11-24T11:00:00.000Z'],
    ['hours up to the closing', '2026-11-24T09:00:00Z', 7 * HOUR, '2026-11-24T16:00:00.000Z'],
    ['hours into the next day', '2026-11-24T15:00:00Z', 2 * HOUR, '2026-11-25T09:00:00.000Z'],
    ['hours over a weekend', '2026-11-27T15:30:00Z', HOUR, '2026-11-30T08:30:00.000Z'],
    ['hours from before the opening', '2026-11-24T02:00:00Z', HOUR, '2026-11-24T09:00:00.000Z'],
    ['hours from after the closing', '2026-11-24T20:00:00Z', HOUR, '2026-11-25T09:00:00.000Z'],
    ['hours from a Saturday', '2026-11-28T12:00:00Z', HOUR, '2026-11-30T09:00:00.000Z'],
    ['a day leads to the same time of the next', '2026-11-24T12:34:56Z', DAY, '2026-11-25T12:34:56.000Z'],
    ['a day from a Friday leads to the Monday', '2026-11-27T12:00:00Z', DAY, '2026-11-30T12:00:00.000Z'],
    ['a day from a Saturday leads to the Tuesday', '2026-11-28T12:00:00Z', DAY, '2026-12-01T08:00:00.000Z'],
    ['five days are a week', '2026-11-24T12:00:00Z', 5 * DAY, '2026-12-01T12:00:00.000Z'],
    ['days and hours', '2026-11-24T15:00:00Z', DAY + 2 * HOUR, '2026-11-26T09:00:00.000Z'],
    ['nothing to wait for is due at once', '2026-11-28T12:00:00Z', 0, '2026-11-28T12:00:00.000Z'],
  ])('%s', (_, start, ms, expected) => {
    expect(due(start, ms, berlin)).toBe(expected);
  });

  it('applies to every rung of the ladder', () => {
    const times = dueTimes(Date.parse('2026-11-27T12:00:00Z'), {
      timeoutMs: 5 * DAY,
      remindMs: [DAY, 3 * DAY],
      escalateMs: 4 * DAY,
      calendar: berlin,
    });
    const iso = (at: number | undefined): string => new Date(at ?? Number.NaN).toISOString();
    expect(times.remindAt.map(iso)).toEqual(['2026-11-30T12:00:00.000Z', '2026-12-02T12:00:00.000Z']);
    expect(iso(times.escalateAt)).toBe('2026-12-03T12:00:00.000Z');
    expect(iso(times.dueAt)).toBe('2026-12-04T12:00:00.000Z');
  });
});

describe('business time where clocks change', () => {
  it.each([
    ['the same wall time after spring', '2026-03-27T12:00:00Z', DAY, berlin, '2026-03-30T11:00:00.000Z'],
    ['the same wall time after autumn', '2026-10-23T12:00:00Z', DAY, berlin, '2026-10-26T13:00:00.000Z'],
    // 02:00 to 03:00 is skipped: the hours 01:00 to 05:00 last three.
    [
      'a shorter day in spring',
      '2026-03-29T00:00:00Z',
      4 * HOUR,
      every('Europe/Berlin', '01:00', '05:00'),
      '2026-03-30T00:00:00.000Z',
    ],
    [
      'a longer day in autumn',
      '2026-10-24T23:00:00Z',
      5 * HOUR,
      every('Europe/Berlin', '01:00', '05:00'),
      '2026-10-25T04:00:00.000Z',
    ],
    [
      'hours that begin in the skipped one',
      '2026-03-28T20:00:00Z',
      HOUR,
      every('Europe/Berlin', '02:30', '06:00'),
      '2026-03-29T02:00:00.000Z',
    ],
    [
      'hours that begin in the doubled one',
      '2026-10-24T20:00:00Z',
      HOUR,
      every('Europe/Berlin', '02:30', '06:00'),
      '2026-10-25T01:30:00.000Z',
    ],
    ['west of UTC', '2026-03-06T21:00:00Z', DAY, { ...berlin, zone: 'America/New_York' }, '2026-03-09T20:00:00.000Z'],
    [
      'a half-hour change',
      '2026-04-03T21:30:00Z',
      DAY,
      every('Australia/Lord_Howe', '08:00', '12:00'),
      '2026-04-04T22:00:00.000Z',
    ],
    [
      'a day that the zone never had',
      '2011-12-29T20:00:00Z',
      12 * HOUR,
      every('Pacific/Apia', '09:00', '17:00'),
      '2011-12-31T00:00:00.000Z',
    ],
    ['around the clock', '2026-03-28T12:00:00Z', 12 * HOUR, every('Europe/Berlin', '00:00', '24:00'), '2026-03-29T00:00:00.000Z'],
  ])('%s', (_, start, ms, calendar, expected) => {
    expect(due(start, ms, calendar)).toBe(expected);
  });

  it('ends also where a minute a week counts', () => {
    const rare: BusinessCalendar = { zone: 'UTC', days: [3], hours: { from: '09:00', to: '09:01' } };
    expect(Date.parse(due('2026-11-24T00:00:00Z', 20 * HOUR, rare))).toBeGreaterThan(Date.parse('2034-01-01'));
  });
});
