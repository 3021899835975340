import type { Logger } from '../../logger';
import { createAuditTrail } from '../../service/audit/trail';
import { createPasswordHasher } from '../../service/auth/passwords';
import type { WorkspaceDeps } from '../../service/make-workspace';
import type { Stores } from '../../store/ports';

/** What making a workspace needs, for the commands that make one. */
export const toWorkspaceDeps = (stores: Pick<Stores, 'workspaces' | 'accounts' | 'audit'>, logger: Logger): WorkspaceDeps => ({
  stores,
  passwords: createPasswordHasher(),
  audit: createAuditTrail({ audit: stores.audit, logger, now: Date.now }),
  now: Date.now,
});
