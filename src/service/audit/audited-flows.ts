import type { FlowService } from '../contract';
import type { AuditTrail } from './trail';

/** Each change of a flow leaves an audit entry. */
export const auditedFlows = (flows: FlowService, audit: AuditTrail): FlowService => ({
  ...flows,
  async create(principal, input) {
    const flow = await flows.create(principal, input);
    await audit.record(principal, 'flow.create', { type: 'flow', id: flow.id }, { name: flow.name });
    return flow;
  },
  async update(principal, id, input) {
    const flow = await flows.update(principal, id, input);
    const details = { members: Object.keys(input).toSorted(), version: flow.latestVersion };
    await audit.record(principal, 'flow.update', { type: 'flow', id }, details);
    return flow;
  },
  async edit(principal, id, form, change, members) {
    const flow = await flows.edit(principal, id, form, change, members);
    const details = { members: ['definition', ...Object.keys(members ?? {})].toSorted(), version: flow.latestVersion };
    await audit.record(principal, 'flow.update', { type: 'flow', id }, details);
    return flow;
  },
  async remove(principal, id) {
    await flows.remove(principal, id);
    await audit.record(principal, 'flow.delete', { type: 'flow', id });
  },
});
