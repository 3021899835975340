import { DateTime, floor, toNumber } from '../globals';
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?\s*(Z|z|[+-]\d\d:?\d\d)?$/;

const offsetMs = (zone: string | undefined): number => {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = toNumber(zone.slice(1, 3)) * 60 + toNumber(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
};

/**
 * Milliseconds since 1970 of an ISO 8601 date or time; without a zone it is UTC (never the zone of the machine, which
 * differs between workers). Undefined for anything else and for days that do not exist, such as 30 February.
 */
export const parseIsoTime = (text: string): number | undefined => {
  const match = ISO.exec(text.trim());
  if (match === null) return undefined;
  const part = (at: number): number => toNumber(match[at] ?? 0);
  const [hour, minute, second] = [part(4), part(5), part(6)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = floor(toNumber(`0.${match[7] ?? '0'}`) * 1_000);
  const day = DateTime.UTC(part(1), part(2) - 1, part(3));
  const exists = new DateTime(day).toISOString().startsWith(`${match[1]}-${match[2]}-${match[3]}`);
  return exists ? day + ((hour * 60 + minute) * 60 + second) * 1_000 + fraction - offsetMs(match[8]) : undefined;
};

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const PATTERN = /\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|dddd|ddd|DD|D|HH|H|mm|m|SSS|ss|s/g;

const two = (value: number): string => String(value).padStart(2, '0');

/** The time in UTC by a pattern of YYYY YY MMMM MMM MM M DD D dddd ddd HH H mm m ss s SSS; `[text]` stands for itself. */
export const formatTime = (ms: number, pattern: string): string => {
  const date = new DateTime(ms);
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const [month, day, weekday] = [date.getUTCMonth(), date.getUTCDate(), date.getUTCDay()];
  const [hour, minute, second] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const parts: Readonly<Record<string, string>> = {
    YYYY: year,
    YY: year.slice(-2),
    MMMM: MONTHS[month] ?? '',
    MMM: (MONTHS[month] ?? '').slice(0, 3),
    MM: two(month + 1),
    M: String(month + 1),
    dddd: DAYS[weekday] ?? '',
    ddd: (DAYS[weekday] ?? '').slice(0, 3),
    DD: two(day),
    D: String(day),
    HH: two(hour),
    H: String(hour),
    mm: two(minute),
    m: String(minute),
    ss: two(second),
    s: String(second),
    SSS: String(date.getUTCMilliseconds()).padStart(3, '0'),
  };
  return pattern.replaceAll(PATTERN, (token, literal: string | undefined) => literal ?? parts[token] ?? token);
};
