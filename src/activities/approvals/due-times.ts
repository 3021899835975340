import type { ApprovalSpans, ApprovalTimes } from '../../flow';
import { afterBusinessTime } from './calendar/business-time';

/** When what was asked for at `openedAt` (epoch ms) is due. With a calendar its spans are business time. */
export const dueTimes = (openedAt: number, { timeoutMs, remindMs, escalateMs, calendar }: ApprovalSpans): ApprovalTimes => {
  const after = (ms: number): number => (calendar === undefined ? openedAt + ms : afterBusinessTime(openedAt, ms, calendar));
  return {
    ...(timeoutMs === undefined ? {} : { dueAt: after(timeoutMs) }),
    remindAt: remindMs.map(after).toSorted((a, b) => a - b),
    ...(escalateMs === undefined ? {} : { escalateAt: after(escalateMs) }),
  };
};
