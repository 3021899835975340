import { isRepriseError, RepriseError, type ApprovalDecision } from '../../flow';
import type { Approval } from '../../store/ports';

export const approvalNotFound = (id: string): RepriseError =>
  new RepriseError('not_found', `There is no approval ${id}; list the approvals to see their ids`);

const told = (decisions: readonly Pick<ApprovalDecision, 'decision' | 'by' | 'at'>[]) =>
  decisions.map(({ decision, by, at }) => ({ decision, by, at: new Date(at).toISOString() }));

/** Why an approval that is closed takes nothing more: with the answer that won, or because it came to none. */
export const closedRefusal = ({ id, state, decisions }: Pick<Approval, 'id' | 'state' | 'decisions'>): RepriseError =>
  state === 'withdrawn' || state === 'cancelled'
    ? new RepriseError('gone', `Approval ${id} was ${state}; nothing is asked any more`)
    : new RepriseError('conflict', `Approval ${id} is decided: ${state}; read it for who decided`, {
        details: { state, decision: state, decisions: told(decisions) },
      });

/** A refusal by the run itself: the times in its details as every reply has them. */
export const ofRun = (error: unknown): unknown => {
  const decisions = isRepriseError(error) ? error.details?.['decisions'] : undefined;
  if (!isRepriseError(error) || !Array.isArray(decisions)) return error;
  return new RepriseError(error.code, error.message, { details: { ...error.details, decisions: told(decisions) } });
};
