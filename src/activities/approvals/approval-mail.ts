import type { ApprovalNotice, NoticeReason } from '../../flow';

const SUBJECTS: Readonly<Record<NoticeReason, string>> = {
  opened: 'Please decide',
  reminder: 'Reminder: please decide',
  escalated: 'Escalated to you: please decide',
  delegated: 'Handed over to you: please decide',
};
const MOST_SUBJECT = 150;
const MOST_MESSAGE = 10_000;

/** Plain text: a title or message never becomes a header or markup. */
export const approvalMail = (notice: ApprovalNotice, flowName: string): { readonly subject: string; readonly text: string } => ({
  subject: `${SUBJECTS[notice.reason]}: ${oneLine(notice.title)}`.slice(0, MOST_SUBJECT),
  text: [
    notice.title,
    ...(notice.message === undefined ? [] : [notice.message.slice(0, MOST_MESSAGE)]),
    [
      `Flow: ${oneLine(flowName)}`,
      `Approval: ${notice.id}`,
      ...(notice.dueAt === undefined ? [] : [`Due: ${new Date(notice.dueAt).toISOString()}`]),
    ].join('\n'),
    'Answer in the approvals inbox.',
  ].join('\n\n'),
});

const oneLine = (text: string): string => text.replaceAll(/[\r\n\0\u2028\u2029]+/g, ' ').trim();
