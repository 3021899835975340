import { LIMITS, RepriseError, type Principal } from '../../flow';
import { checkInput } from '../../language';
import type { Flow, Schedule, Stores } from '../../store/ports';
import type { AuditTrail } from '../audit/trail';
import { newScheduleId } from '../ids';
import { flowNotFound, invalid, scheduleNotFound } from '../refusals';
import type { ScheduleInput, ScheduleService } from './contract';
import type { ScheduleEngine } from './engine-port';

export interface ScheduleServiceDeps {
  readonly stores: Pick<Stores, 'flows' | 'schedules'>;
  readonly engine: ScheduleEngine;
  readonly audit: AuditTrail;
  /** Epoch ms. */
  readonly clock: () => number;
  /** S5. */
  readonly searchable: boolean;
}

const MOST_OF_A_FLOW = 100;

/** Schedules (contract: ScheduleService). The record first, then Temporal: what Temporal has is made again from the record. */
export const createScheduleService = (deps: ScheduleServiceDeps): ScheduleService => {
  const { stores, engine, audit, searchable } = deps;
  const { flows, schedules } = stores;
  const now = (): Date => new Date(deps.clock());

  const find = async ({ workspace }: Principal, id: string): Promise<Schedule> => {
    const schedule = await schedules.get(workspace, id);
    if (schedule === undefined) throw scheduleNotFound(id);
    return schedule;
  };
  const findFlow = async ({ workspace }: Principal, id: string): Promise<Flow> => {
    const flow = await flows.get(workspace, id);
    if (flow === undefined) throw flowNotFound(id);
    return flow;
  };
  const assertInput = async (flow: Flow, { input }: ScheduleInput): Promise<void> => {
    if (Buffer.byteLength(JSON.stringify(input)) > LIMITS.inlineOutputBytes)
      throw new RepriseError('payload_too_large', 'The input of a schedule may have 32 KiB; let the flow fetch what is larger');
    const version = await flows.getVersion(flow.workspace, flow.id, flow.publishedVersion ?? flow.latestVersion);
    const issues = version?.inputSchema === undefined ? [] : checkInput(version.inputSchema, input);
    if (issues.length > 0) throw invalid('The input', issues);
  };
  /** A disabled flow lets its schedules rest; what the record says of pausing stays as it is. */
  const put = (schedule: Schedule, { enabled }: Flow): Promise<void> =>
    engine.put(schedule, { resting: schedule.paused || !enabled, searchable });
  const ofFlow = async ({ workspace }: Principal, flowId: string): Promise<readonly Schedule[]> =>
    (await schedules.list(workspace, { flowId }, { limit: MOST_OF_A_FLOW, offset: 0 })).items;
  const record = (principal: Principal, what: string, { id, flowId }: Schedule): Promise<void> =>
    audit.record(principal, `schedule.${what}`, { type: 'schedule', id }, { flowId });

  return {
    async create(principal, input) {
      const flow = await findFlow(principal, input.flowId);
      await assertInput(flow, input);
      if ((await ofFlow(principal, flow.id)).length >= MOST_OF_A_FLOW)
        throw new RepriseError('conflict', `The flow has ${MOST_OF_A_FLOW} schedules: delete one first`);
      const { workspace, accountId } = principal;
      const at = now();
      const schedule = { ...input, id: newScheduleId(), workspace, createdBy: accountId, createdAt: at, updatedAt: at };
      await schedules.insert(schedule);
      try {
        await put(schedule, flow);
      } catch (error) {
        await engine.remove(schedule.id).catch(() => undefined);
        await schedules.delete(workspace, schedule.id);
        throw error;
      }
      await record(principal, 'create', schedule);
      return schedule;
    },
    get: find,
    list: ({ workspace }, filter, page) => schedules.list(workspace, filter, page),
    async replace(principal, id, input) {
      const before = await find(principal, id);
      if (input.flowId !== before.flowId)
        throw new RepriseError('conflict', `Schedule ${id} is of flow ${before.flowId}; make another one for another flow`);
      const flow = await findFlow(principal, input.flowId);
      await assertInput(flow, input);
      const after = { ...before, ...input, updatedAt: now() };
      // Temporal first: it judges the times.
      await put(after, flow);
      await schedules.replace(after);
      await record(principal, 'update', after);
      return after;
    },
    async remove(principal, id) {
      const schedule = await find(principal, id);
      await engine.remove(id);
      await schedules.delete(principal.workspace, id);
      await record(principal, 'delete', schedule);
    },
    async pause(principal, id, paused) {
      const before = await find(principal, id);
      const after = { ...before, paused, updatedAt: now() };
      await put(after, await findFlow(principal, before.flowId));
      await schedules.replace(after);
      await record(principal, paused ? 'pause' : 'resume', after);
      return after;
    },
    async trigger(principal, id) {
      const schedule = await find(principal, id);
      await engine.trigger(id);
      await record(principal, 'trigger', schedule);
    },
    async backfill(principal, id, from, to) {
      const schedule = await find(principal, id);
      await engine.backfill(id, from, to);
      await record(principal, 'backfill', schedule);
    },
    next: async (principal, id, count) => {
      await find(principal, id);
      return (await engine.next(id)).slice(0, count);
    },
    async flowChanged(principal, flowId) {
      const flow = await findFlow(principal, flowId);
      for (const schedule of await ofFlow(principal, flowId)) await put(schedule, flow);
    },
    async flowEnds(principal, flowId) {
      for (const { id } of await ofFlow(principal, flowId)) {
        await engine.remove(id);
        await schedules.delete(principal.workspace, id);
      }
    },
  };
};
