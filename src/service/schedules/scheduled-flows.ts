import type { FlowService } from '../contract';
import type { ScheduleService } from './contract';

/** The life of a flow is that of its schedules: they rest while it is disabled and end with it. */
export const scheduledFlows = (
  flows: FlowService,
  schedules: Pick<ScheduleService, 'flowChanged' | 'flowEnds'>,
): FlowService => ({
  ...flows,
  async update(principal, id, input) {
    const flow = await flows.update(principal, id, input);
    if (input.enabled !== undefined) await schedules.flowChanged(principal, id);
    return flow;
  },
  async edit(principal, id, form, change, members) {
    const flow = await flows.edit(principal, id, form, change, members);
    if (members?.enabled !== undefined) await schedules.flowChanged(principal, id);
    return flow;
  },
  async remove(principal, id) {
    // A flow that is not there is told first.
    await flows.get(principal, id);
    await schedules.flowEnds(principal, id);
    await flows.remove(principal, id);
  },
});
