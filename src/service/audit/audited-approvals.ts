import type { Principal } from '../../flow';
import type { Approval, ApprovalService } from '../contract';
import type { AuditTrail } from './trail';

/** Whoever decided, handed over or withdrew leaves an audit entry. */
export const auditedApprovals = (approvals: ApprovalService, audit: AuditTrail): ApprovalService => {
  const record = async (principal: Principal, action: string, approval: Approval, details: Record<string, string>) => {
    await audit.record(principal, action, { type: 'approval', id: approval.id }, { executionId: approval.runId, ...details });
    return approval;
  };
  return {
    ...approvals,
    async decide(principal, id, answer) {
      const approval = await approvals.decide(principal, id, answer);
      return record(principal, 'approval.decide', approval, { decision: answer.decision });
    },
    async delegate(principal, id, to) {
      return record(principal, 'approval.delegate', await approvals.delegate(principal, id, to), { to });
    },
    async withdraw(principal, id, note) {
      return record(principal, 'approval.withdraw', await approvals.withdraw(principal, id, note), {});
    },
  };
};
