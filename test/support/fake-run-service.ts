import { RepriseError, inline, isTerminalRunState } from '../../src/flow';
import type { JournalEntry, Principal } from '../../src/flow';
import type { Flow, LogLine, NodeRunView, Run, RunService } from '../../src/service/contract';
import { pageOf } from './fake-flow-service';

export interface FakeRunService extends RunService {
  readonly runs: Map<string, Run>;
  readonly events: { runId: string; name: string; key?: string; data: unknown; id?: string }[];
  readonly logLines: LogLine[];
  readonly entries: JournalEntry[];
  readonly nodeViews: NodeRunView[];
  /** What the last call was asked to wait, ms. */
  lastWaitMs: number | undefined;
  /** Changes a run from outside, as the engine would. */
  change(id: string, change: Partial<Run>): void;
}

/** Runs in memory: they stay RUN until the test changes them. An input with `refused` is one that the schema refuses. */
export function createFakeRunService(findFlow: (principal: Principal, id: string) => Flow, now: () => Date): FakeRunService {
  const runs = new Map<string, Run>();
  const keys = new Map<string, { readonly body: string; readonly runId: string }>();

  const find = (principal: Principal, id: string): Run => {
    const run = runs.get(id);
    if (run === undefined || run.workspace !== principal.workspace)
      throw new RepriseError('not_found', `The execution "${id}" does not exist.`);
    return run;
  };
  const findLive = (principal: Principal, id: string): Run => {
    const run = find(principal, id);
    if (isTerminalRunState(run.state)) throw new RepriseError('conflict', `The execution "${id}" has ended: ${run.state}.`);
    return run;
  };
  const change = (id: string, part: Partial<Run>): Run => {
    const run = runs.get(id);
    if (run === undefined) throw new Error(`no run ${id}`);
    const after = { ...run, ...part };
    runs.set(id, after);
    return after;
  };

  const service: FakeRunService = {
    runs,
    events: [],
    logLines: [],
    entries: [],
    nodeViews: [],
    lastWaitMs: undefined,
    change,
    start: async (principal, { flowId, input, version, idempotencyKey }, options) => {
      service.lastWaitMs = options?.waitMs;
      const flow = findFlow(principal, flowId);
      if (!flow.enabled) throw new RepriseError('flow_disabled', `The flow "${flowId}" is disabled: enable it first.`);
      if ('refused' in input) {
        const issues = [{ code: 'invalid', path: 'input.refused', message: 'is not allowed' }];
        throw new RepriseError('validation_error', 'The input does not fit the flow.', { details: { issues } });
      }
      const body = JSON.stringify({ input, version });
      const held = idempotencyKey === undefined ? undefined : keys.get(`${flowId}/${idempotencyKey}`);
      if (held !== undefined) {
        if (held.body !== body)
          throw new RepriseError('idempotency_conflict', 'The key was used with another body: use a new key.');
        return { run: find(principal, held.runId), created: false };
      }
      const run: Run = {
        id: `run_${String(runs.size + 1).padStart(3, '0')}`,
        workspace: principal.workspace,
        flowId,
        flowName: flow.name,
        version: version ?? flow.publishedVersion ?? flow.latestVersion,
        state: 'RUN',
        input: inline(input),
        trigger: { type: 'api', by: principal.accountId },
        keyed: idempotencyKey !== undefined,
        createdAt: now(),
        startedAt: now(),
        waitingFor: [],
        seq: 1,
        dirty: false,
        nodes: {},
      };
      runs.set(run.id, run);
      if (idempotencyKey !== undefined) keys.set(`${flowId}/${idempotencyKey}`, { body, runId: run.id });
      return { run, created: true };
    },
    get: async (principal, id, options) => {
      service.lastWaitMs = options?.waitMs;
      return find(principal, id);
    },
    list: async (principal, { flowId, states }, page) =>
      pageOf(
        [...runs.values()]
          .filter((run) => run.workspace === principal.workspace)
          .filter((run) => flowId === undefined || run.flowId === flowId)
          .filter((run) => states === undefined || states.includes(run.state))
          .toReversed(),
        page,
      ),
    cancel: async (principal, id) => {
      findLive(principal, id);
      change(id, { state: 'CANCELLED', endedAt: now() });
    },
    hold: async (principal, id) => change(findLive(principal, id).id, { state: 'ON_HOLD' }),
    release: async (principal, id) => change(findLive(principal, id).id, { state: 'RUN' }),
    deliverEvent: async (principal, id, event) => {
      findLive(principal, id);
      if (event.id !== undefined && service.events.some((one) => one.id === event.id)) return { outcome: 'duplicate' };
      service.events.push({ runId: id, ...event });
      return { outcome: 'kept' };
    },
    nodes: async (principal, id) => {
      const run = find(principal, id);
      return { source: 'live', state: run.state, seq: run.seq, nodes: run.nodes };
    },
    nodeRuns: async (principal, id) => {
      find(principal, id);
      return service.nodeViews;
    },
    journal: async (principal, id, after, limit) => {
      find(principal, id);
      const later = service.entries.filter((entry) => entry.seq > after);
      return { entries: later.slice(0, limit), lastSeq: service.entries.at(-1)?.seq ?? 0 };
    },
    logs: async (principal, id, { level }, page) => {
      find(principal, id);
      return pageOf(
        service.logLines.filter((line) => level === undefined || line.level === level),
        page,
      );
    },
    explain: async (principal, id) => {
      const run = find(principal, id);
      return {
        state: run.state,
        waitingFor: run.waitingFor,
        held: run.state === 'ON_HOLD',
        nodes: { start: 'It runs since its predecessor ended.' },
      };
    },
  };
  return service;
}
