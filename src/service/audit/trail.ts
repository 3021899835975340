import type { JsonObject, Principal, RequestOrigin } from '../../flow';
import type { Logger } from '../../logger';
import type { Account, AuditActor, AuditEntry, AuditStore } from '../../store/ports';
import { newAuditId } from '../ids';

type Target = AuditEntry['target'];

/** Writes who did what. Neither method rejects: what was done is done, and an entry that cannot be stored is an error line. */
export interface AuditTrail {
  /** @param details names, counts and ids; never a value that may be secret */
  record(principal: Principal, action: string, target: Target, details?: JsonObject): Promise<void>;
  /** For what an account does before it is a principal, or by command. */
  recordOf(
    account: Pick<Account, 'id' | 'workspace' | 'email'>,
    request: RequestOrigin | undefined,
    action: string,
    target: Target,
    details?: JsonObject,
  ): Promise<void>;
}

export interface AuditTrailDeps {
  readonly audit: AuditStore;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
}

/** An entry is written after the change and before the answer: a caller who has the answer has left the entry. */
export function createAuditTrail({ audit, logger, now }: AuditTrailDeps): AuditTrail {
  const append = async (
    workspace: string,
    actor: AuditActor,
    request: RequestOrigin | undefined,
    what: Pick<AuditEntry, 'action' | 'target'>,
    details: JsonObject | undefined,
  ): Promise<void> => {
    const entry: AuditEntry = {
      id: newAuditId(),
      workspace,
      at: new Date(now()),
      actor,
      ...what,
      ...(request !== undefined && { request }),
      ...(details !== undefined && { details }),
    };
    try {
      await audit.append(entry);
    } catch (error) {
      logger.error('an audit entry could not be stored', { entry, error });
    }
  };
  return {
    record: (principal, action, target, details) =>
      append(principal.workspace, actorOf(principal), principal.request, { action, target }, details),
    recordOf: ({ id, workspace, email }, request, action, target, details) =>
      append(workspace, { accountId: id, email }, request, { action, target }, details),
  };
}

const actorOf = ({ accountId, email, credential }: Principal): AuditActor => ({
  accountId,
  email,
  credential: { kind: credential.kind, id: credential.id },
});
