/** Durations of the language: text in, milliseconds out. Calendar months and years have no fixed length and are refused. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ten years: no longer duration is accepted anywhere. In milliseconds. */
export const MAX_DURATION_MS = 3_650 * DAY;

/** Descending, as they must appear in a combined duration. */
const UNITS = [
  ['w', 7 * DAY],
  ['d', DAY],
  ['h', HOUR],
  ['m', MINUTE],
  ['s', SECOND],
  ['ms', 1],
] as const;

const NUMBER = '(\\d{1,15}(?:\\.\\d{1,9})?)';
const COMBINED = new RegExp(`^${UNITS.map(([unit]) => `(?:${NUMBER}${unit})?`).join('')}$`);
const ISO = new RegExp(`^P(?:${NUMBER}W)?(?:${NUMBER}D)?(?:T(?=\\d)(?:${NUMBER}H)?(?:${NUMBER}M)?(?:${NUMBER}S)?)?$`, 'i');
const SECONDS = new RegExp(`^${NUMBER}$`);

const bounded = (ms: number): number | undefined => {
  const whole = Math.round(ms);
  return Number.isFinite(whole) && whole >= 0 && whole <= MAX_DURATION_MS ? whole : undefined;
};

/** Sum of the captured amounts; undefined when none was given (`P`, empty text). */
const sum = (match: RegExpExecArray | null): number | undefined => {
  if (match === null || match.slice(1).every((amount) => amount === undefined)) return undefined;
  return UNITS.reduce((total, [, unitMs], at) => total + Number(match[at + 1] ?? 0) * unitMs, 0);
};

/**
 * Milliseconds of a duration, or undefined when it is none, is negative or is longer than ten years.
 * Text: `250ms`, `5s`, `1h30m`, `1.5h`, `2w` (units w d h m s ms, the larger one first), ISO 8601 `PT5M`, `P1DT2H`, `P2W`,
 * or digits alone, which are seconds (`"30"`, as in the authoring form). A *number* is milliseconds, as in plans; authoring
 * forms whose numbers are seconds multiply first.
 */
export const parseDuration = (value: string | number): number | undefined => {
  if (typeof value === 'number') return bounded(value);
  const text = value.trim();
  if (text.length > 64) return undefined;
  const seconds = SECONDS.exec(text);
  if (seconds !== null) return bounded(Number(seconds[1]) * SECOND);
  const ms = sum(COMBINED.exec(text)) ?? sum(ISO.exec(text));
  return ms === undefined ? undefined : bounded(ms);
};

/** The shortest text that parseDuration reads back to the same whole milliseconds: `90000` → `1m30s`, 0 → `0s`. */
export const formatDuration = (ms: number): string => {
  let rest = Math.max(0, Math.round(ms));
  let text = '';
  for (const [unit, unitMs] of UNITS) {
    const amount = Math.floor(rest / unitMs);
    // Weeks only when nothing else follows: `10d` reads better than `1w3d`.
    if (amount === 0 || (unit === 'w' && rest % unitMs !== 0)) continue;
    text += `${amount}${unit}`;
    rest -= amount * unitMs;
  }
  return text === '' ? '0s' : text;
};
