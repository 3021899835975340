/** Work of the engine itself for a run: evaluations, offloads, pages of items (X5, X6). */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/contract';
import type { Command, RunEvent, RunFacts } from '../flow';
import { isNodeFailure, toFailure } from './failures';
import { localFor } from './local';

/** Without a limit of tries: what did not fit into a local attempt goes on when the store answers again. */
const engine = proxyActivities<Activities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: 500, maximumInterval: 10_000 },
});

type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

export const createEngineWork = (facts: RunFacts, report: (event: RunEvent) => void) => {
  const { workspace, runId } = facts;
  let local = 0;
  let regular = 0;

  /** As a local attempt first; what takes longer than that, or is lost with its store, runs as a regular activity. */
  const run = async <T>(
    path: string,
    work: (activities: Pick<Activities, 'evaluate' | 'offload' | 'readItems'>) => Promise<T>,
  ) => {
    local += 1;
    try {
      return await work(localFor(path));
    } catch (error) {
      if (isNodeFailure(error)) throw error;
    } finally {
      local -= 1;
    }
    regular += 1;
    try {
      return await work(engine);
    } finally {
      regular -= 1;
    }
  };

  return {
    evaluate({ path, attempt, purpose, kind, source, scope, reads }: CommandOf<'evaluate'>): void {
      run(path, (activities) => activities.evaluate({ workspace, runId, path, kind, source, scope, reads })).then(
        (answer) =>
          report(
            answer.ok
              ? { type: 'evaluated', path, attempt, purpose, value: answer.value }
              : { type: 'evaluationFailed', path, attempt, failure: answer.failure },
          ),
        (error: unknown) => report({ type: 'evaluationFailed', path, attempt, failure: toFailure(error, path) }),
      );
    },
    offload({ path, purpose, value, reads }: CommandOf<'offload'>): void {
      run(path, (activities) => activities.offload({ workspace, runId, key: `${path}|${purpose}`, value, reads })).then(
        (claim) => report({ type: 'offloaded', path, purpose, value: claim }),
        (error: unknown) => report({ type: 'offloadFailed', path, purpose, failure: toFailure(error, path) }),
      );
    },
    readItems({ path, attempt, ref, offset, limit }: CommandOf<'readItems'>): void {
      run(path, (activities) => activities.readItems({ workspace, ref, offset, limit })).then(
        ({ items, total }) => report({ type: 'itemsRead', path, attempt, offset, items, total }),
        (error: unknown) => report({ type: 'evaluationFailed', path, attempt, failure: toFailure(error, path) }),
      );
    },
    /** The workflow task goes on until local work has ended. */
    hasLocal: () => local > 0,
    idle: () => local === 0 && regular === 0,
  };
};
