import type { Principal } from '../../flow';
import type { RunService } from '../contract';
import type { AuditTrail } from './trail';

/** What people do to a live run leaves an audit entry. A start needs none: the run's own row says who asked, when and from where. */
export const auditedRuns = (runs: RunService, audit: AuditTrail): RunService => {
  const record = (principal: Principal, action: string, id: string, details?: { readonly [name: string]: string }) =>
    audit.record(principal, action, { type: 'run', id }, details);
  return {
    ...runs,
    async cancel(principal, id, reason) {
      await runs.cancel(principal, id, reason);
      await record(principal, 'run.cancel', id);
    },
    async hold(principal, id, reason) {
      const run = await runs.hold(principal, id, reason);
      await record(principal, 'run.hold', id);
      return run;
    },
    async release(principal, id) {
      const run = await runs.release(principal, id);
      await record(principal, 'run.release', id);
      return run;
    },
    async deliverEvent(principal, id, event) {
      const answer = await runs.deliverEvent(principal, id, event);
      await record(principal, 'run.event', id, { name: event.name, outcome: answer.outcome });
      return answer;
    },
  };
};
