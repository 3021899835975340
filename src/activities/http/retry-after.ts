/** Longest wait that a server may ask for; a longer one would only keep the run from its own limits. */
const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds that `Retry-After` asks for, as seconds or as a date; undefined when absent or not readable. */
export const retryAfterMs = (value: string | undefined, nowMs: number): number | undefined => {
  if (value === undefined) return undefined;
  const text = value.trim();
  const ms = /^\d{1,9}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), LONGEST_MS) : undefined;
};
