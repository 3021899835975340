/** Wall time of IANA zones, by Intl alone. */

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a zone that is not known. */
const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  formatters.set(zone, made);
  return made;
};

/** What clocks of the zone show at an instant, written as if it were UTC: epoch ms of that reading, to the second. */
const readingAt = (zone: string, instant: number): number => {
  const parts = Object.fromEntries(
    formatterOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
};

/** A day of the calendar: `Date.UTC` of its midnight, whatever the zone. */
export type Day = number;
export const DAY_MS = 86_400_000;

export const dayAt = (zone: string, instant: number): Day => Math.floor(readingAt(zone, instant) / DAY_MS) * DAY_MS;

/** 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: Day): number => ((new Date(day).getUTCDay() + 6) % 7) + 1;

/**
 * The first instant at which the clocks of the zone have reached `minutes` past midnight of the day. A reading that they skip
 * (spring) is reached when they jump over it; of one that they show twice (autumn) it is the first.
 */
export const instantOf = (zone: string, day: Day, minutes: number): number => {
  const reading = day + minutes * 60_000;
  // No zone is further than a day from UTC, and its clocks pass every reading within that time.
  let before = reading - DAY_MS;
  let reached = reading + DAY_MS;
  const offsets = new Set([before, reached].map((instant) => readingAt(zone, instant) - instant));
  const exact = [...offsets].map((offset) => reading - offset).filter((instant) => readingAt(zone, instant) === reading);
  if (exact.length > 0) return Math.min(...exact);
  while (reached - before > 1_000) {
    const middle = before + Math.floor((reached - before) / 2_000) * 1_000;
    if (readingAt(zone, middle) >= reading) reached = middle;
    else before = middle;
  }
  return reached;
};
