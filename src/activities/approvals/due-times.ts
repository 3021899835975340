import type { ApprovalSpans, ApprovalTimes } from '../../flow';

/** When what was asked for at `openedAt` (epoch ms) is due. */
export const dueTimes = (openedAt: number, { timeoutMs, remindMs, escalateMs }: ApprovalSpans): ApprovalTimes => ({
  ...(timeoutMs === undefined ? {} : { dueAt: openedAt + timeoutMs }),
  remindAt: remindMs.map((ms) => openedAt + ms),
  ...(escalateMs === undefined ? {} : { escalateAt: openedAt + escalateMs }),
});
