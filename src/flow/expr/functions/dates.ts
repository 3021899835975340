import { DateTime, floor, isFiniteNumber, stringify } from '../globals';
import { parseDuration } from '../../duration';
import type { Json } from '../../json';
import { fault } from '../fault';
import { chargeText } from '../values';
import { anyArg, heavy, helper, numberArg, textArg, type Call, type Helpers } from './call';
import { formatTime, parseIsoTime } from './iso-time';

/** The years 0000 to 9999, which ISO 8601 writes with four digits. */
const EARLIEST = DateTime.UTC(2000, 0, 1) - 2000 * 365.2425 * 86_400_000;
const LATEST = DateTime.UTC(9999, 11, 31, 23, 59, 59, 999);

const isoText = (call: Call, ms: number): string =>
  isFiniteNumber(ms) && ms >= EARLIEST && ms <= LATEST
    ? new DateTime(ms).toISOString()
    : fault(`${call.name}() gives a time outside of the years 0000 to 9999`);

const timeArg = (call: Call, at: number): number => {
  const value = anyArg(call, at);
  const ms = typeof value === 'string' ? parseIsoTime(value) : undefined;
  return ms ?? fault(`${call.name}() needs an ISO 8601 time such as 2026-11-24T08:00:00Z, got ${stringify(value).slice(0, 60)}`);
};

/** A duration, or `-` and a duration. */
const dateAdd = (call: Call): Json => {
  const time = timeArg(call, 0);
  const text = textArg(call, 1).trim();
  const back = text.startsWith('-');
  const ms = parseDuration(back ? text.slice(1) : text);
  if (ms === undefined) return fault(`dateAdd() needs a duration such as 90m, 1d or -1h30m, got ${stringify(text).slice(0, 60)}`);
  return isoText(call, back ? time - ms : time + ms);
};

const dateFormat = (call: Call): Json => {
  const pattern = textArg(call, 1);
  // The longest name of a month has nine letters, for one letter of the pattern at least three.
  chargeText(call.meter, pattern.length * 3);
  return formatTime(timeArg(call, 0), pattern);
};

export const DATE_HELPERS: Helpers = {
  now: heavy(helper(0, (call) => isoText(call, call.context.nowMs))),
  dateAdd: heavy(helper(2, dateAdd)),
  dateFormat: heavy(helper(2, dateFormat)),
  dateParse: heavy(helper(1, (call) => isoText(call, timeArg(call, 0)))),
  unix: heavy(helper(1, (call) => floor(timeArg(call, 0) / 1_000))),
  fromUnix: heavy(helper(1, (call) => isoText(call, numberArg(call, 0) * 1_000))),
  uuid: heavy(helper(0, (call) => call.context.uuid())),
};
