/** What a run does about its approvals outside: rows of the inbox (P8), and word to the approvers. */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/contract';
import { summaryOf, type ApprovalChange, type Command, type RunFacts } from '../flow';

type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

/**
 * Regular, not local: what a row tells must have happened, and a local activity runs before its workflow task is committed. One that
 * is refused (a timer fired meanwhile) is run again with another outcome, and an answer it took is lost.
 * Without a limit of tries: the row is brought up to date when the store answers again.
 */
const ROWS = { startToCloseTimeout: '10s', retry: { initialInterval: 500, maximumInterval: 10_000 } } as const;

/** A mail or a webhook that cannot be sent for a day is given up; the question stays in the inbox. */
const NOTICE = {
  startToCloseTimeout: '1m',
  scheduleToCloseTimeout: '1d',
  retry: { initialInterval: 1_000, backoffCoefficient: 3, maximumInterval: 600_000 },
} as const;

/** `done`: something has ended that the driver may wait for. */
export const createApprovalWork = (facts: RunFacts, done: () => void) => {
  /** Ids of rows that are being written, each with the newest change that came meanwhile. */
  const writing = new Map<string, ApprovalChange | undefined>();
  let telling = 0;

  const write = (path: string, change: ApprovalChange): void => {
    const next = (): void => {
      const newer = writing.get(change.id);
      writing.delete(change.id);
      if (newer !== undefined) write(path, newer);
      done();
    };
    writing.set(change.id, undefined);
    const { recordApproval } = proxyActivities<Activities>({ ...ROWS, summary: summaryOf(`${path}: ${change.state}`) });
    void recordApproval(change).then(next, next);
  };

  return {
    /** One write of a row at a time; of what comes meanwhile only the newest counts. */
    record({ path, change }: CommandOf<'recordApproval'>): void {
      if (writing.has(change.id)) writing.set(change.id, change);
      else write(path, change);
    },
    tell({ path, notice }: CommandOf<'tellApprovers'>): void {
      const ended = (): void => {
        telling -= 1;
        done();
      };
      telling += 1;
      const { notifyApproval } = proxyActivities<Activities>({ ...NOTICE, summary: summaryOf(`${path}: ${notice.reason}`) });
      void notifyApproval({ facts, path, notice }).then(ended, ended);
    },
    isRecording: () => writing.size > 0,
    idle: () => writing.size === 0 && telling === 0,
  };
};
