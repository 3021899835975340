import type { Activities } from '../contract';
import type { ActivityDeps } from '../deps';

/** Tells approvers, as the flow says. */
export const createNotifyApproval =
  ({ logger }: Pick<ActivityDeps, 'logger'>): Activities['notifyApproval'] =>
  async ({ notice }) => {
    logger.info('approvers are told', { approval: notice.id, reason: notice.reason, to: notice.to });
  };
