import type { Principal } from '../../flow';
import type { Run } from '../../store/ports';
import type { RunService } from '../contract';
import type { ServiceDeps } from '../deps';
import { runNotFound } from '../refusals';
import { createControl } from './control';
import { createFollow } from './follow';
import { createLogs } from './logs';
import { createNodeRuns } from './node-runs';
import { createNodeStates } from './node-states';
import type { FindVersion } from './plan-cache';
import { createStart } from './start';
import { withValues } from './values';

export const createRunService = (deps: ServiceDeps, findVersion: FindVersion): RunService => {
  const { stores, artifacts, logger } = deps;
  const start = createStart(deps, findVersion);
  const follow = createFollow({ closer: deps.closer, runs: stores.runs, logger });
  const control = createControl({ runs: stores.runs, temporal: deps.temporal });
  const views = createNodeStates(deps);
  const logs = createLogs(stores);
  const nodeRuns = createNodeRuns({ journal: stores.journal, artifacts, logger, findVersion });

  const find = async (principal: Principal, id: string): Promise<Run> => {
    const run = await stores.runs.get(principal.workspace, id);
    if (run === undefined) throw runNotFound(id);
    return run;
  };

  return {
    async start(principal, input, options) {
      const answer = await start(principal, input);
      return { ...answer, run: await withValues(artifacts, logger, await follow(answer.run, options?.waitMs)) };
    },
    get: async (principal, id, options) =>
      withValues(artifacts, logger, await follow(await find(principal, id), options?.waitMs)),
    list: (principal, filter, page) => stores.runs.list(principal.workspace, filter, page),
    cancel: control.cancel,
    hold: control.hold,
    release: control.release,
    deliverEvent: control.deliverEvent,
    nodes: async (principal, id) => views.nodes(await find(principal, id)),
    nodeRuns: async (principal, id) => nodeRuns(await find(principal, id)),
    async journal(principal, id, after, limit) {
      const run = await find(principal, id);
      const entries = await stores.journal.read(id, after, limit);
      return { entries, lastSeq: Math.max(run.seq, entries.at(-1)?.seq ?? 0) };
    },
    logs: async (principal, id, filter, page) => logs(await find(principal, id), filter, page),
    explain: async (principal, id) => views.explain(await find(principal, id)),
  };
};
