import type { BusinessCalendar } from '../../../flow';
import { DAY_MS, dayAt, instantOf, weekdayOf, type Day } from './zone-time';

/** Beyond the life of any run: what would be due later never is. */
const MOST_DAYS = 366 * 8;

/**
 * The instant (epoch ms) by which `ms` of business time have passed since `start`. Each whole day of 24 h is a business day: it leads to the
 * same time of the next day of the calendar. The rest counts within the hours only, by what clocks of the zone give: a day on which
 * they change may be an hour shorter or longer. Nothing to wait for is due at once, also outside of the hours.
 */
export const afterBusinessTime = (start: number, ms: number, calendar: BusinessCalendar): number => {
  if (ms <= 0) return start;
  const days = businessDays(calendar, dayAt(calendar.zone, start));
  let hours = days.next();
  while (hours.closes <= start) hours = days.next();
  const since = Math.max(0, start - hours.opens);
  for (let whole = Math.floor(ms / DAY_MS); whole > 0 && !days.isOver(); whole -= 1) hours = days.next();
  let from = Math.min(hours.opens + since, hours.closes);
  let left = ms % DAY_MS;
  while (left > hours.closes - from && !days.isOver()) {
    left -= hours.closes - from;
    hours = days.next();
    from = hours.opens;
  }
  return from + left;
};

interface Hours {
  /** Epoch ms. */
  readonly opens: number;
  readonly closes: number;
}

/** The days of the calendar from `first` on, each with its hours. */
const businessDays = ({ zone, days, hours }: BusinessCalendar, first: Day) => {
  let day = first;
  return {
    next(): Hours {
      while (!days.includes(weekdayOf(day))) day += DAY_MS;
      const found = day;
      day += DAY_MS;
      // Those of a skipped day are looked at by nobody.
      return {
        get opens() {
          return instantOf(zone, found, minutesOf(hours.from));
        },
        get closes() {
          return instantOf(zone, found, minutesOf(hours.to));
        },
      };
    },
    isOver: () => day - first > MOST_DAYS * DAY_MS,
  };
};

/** Of `09:30`; `24:00` is the end of the day. */
const minutesOf = (text: string): number => {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * 60 + minutes;
};
