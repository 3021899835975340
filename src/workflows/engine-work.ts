/** Work of the engine itself for a run: evaluations, offloads, pages of items (X5, X6). */
import { proxyActivities } from '@temporalio/workflow';
import type { Measured, MeasuredActivities } from '../activities/contract';
import type { Command, Failure, RunEvent, RunFacts } from '../flow';
import type { Clock } from './clock';
import { isNodeFailure, toFailure, tookMsOf } from './failures';
import { localFor } from './local';

/** Without a limit of tries: what did not fit into a local attempt goes on when the store answers again. */
const engine = proxyActivities<MeasuredActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: 500, maximumInterval: 10_000 },
});

type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;
type Offered = Pick<MeasuredActivities, 'evaluate' | 'offload' | 'readItems' | 'openApproval'>;

/** Tells the driver of an event; `at` of one whose time local work knows (W5), else it came from outside. */
export type Report = (event: RunEvent, at?: number) => void;

export const createEngineWork = (facts: RunFacts, clock: Clock, report: Report) => {
  const { workspace, runId } = facts;
  let local = 0;
  let regular = 0;

  /** As a local attempt first; what takes longer than that, or is lost with its store, runs as a regular activity. */
  const run = async <T>(
    path: string,
    work: (activities: Offered) => Promise<Measured<T>>,
    told: (answer: Measured<T>) => RunEvent,
    failed: (failure: Failure) => RunEvent,
  ): Promise<void> => {
    const since = clock.now();
    local += 1;
    try {
      const answer = await work(localFor(path));
      return report(told(answer), since + (answer.tookMs ?? 0));
    } catch (error) {
      if (isNodeFailure(error)) return report(failed(toFailure(error, path)), since + tookMsOf(error));
    } finally {
      local -= 1;
    }
    regular += 1;
    try {
      report(told(await work(engine)));
    } catch (error) {
      report(failed(toFailure(error, path)));
    } finally {
      regular -= 1;
    }
  };

  return {
    evaluate({ path, attempt, purpose, kind, source, scope, reads }: CommandOf<'evaluate'>): void {
      void run(
        path,
        (activities) => activities.evaluate({ workspace, runId, path, kind, source, scope, reads }),
        (answer) =>
          answer.ok
            ? { type: 'evaluated', path, attempt, purpose, value: answer.value }
            : { type: 'evaluationFailed', path, attempt, failure: answer.failure },
        (failure) => ({ type: 'evaluationFailed', path, attempt, failure }),
      );
    },
    offload({ path, purpose, value, reads }: CommandOf<'offload'>): void {
      void run(
        path,
        (activities) => activities.offload({ workspace, runId, key: `${path}|${purpose}`, value, reads }),
        (claim) => ({ type: 'offloaded', path, purpose, value: withoutTook(claim) }),
        (failure) => ({ type: 'offloadFailed', path, purpose, failure }),
      );
    },
    readItems({ path, attempt, ref, offset, limit }: CommandOf<'readItems'>): void {
      void run(
        path,
        (activities) => activities.readItems({ workspace, ref, offset, limit }),
        ({ items, total }) => ({ type: 'itemsRead', path, attempt, offset, items, total }),
        (failure) => ({ type: 'evaluationFailed', path, attempt, failure }),
      );
    },
    /** P8. */
    openApproval({ path, nodeRunId, attempt, approval }: CommandOf<'openApproval'>): void {
      void run(
        path,
        (activities) => activities.openApproval({ facts, path, nodeRunId, attempt, approval }),
        (answer) => ({ type: 'approvalOpened', path, attempt, times: withoutTook(answer) }),
        (failure) => ({ type: 'approvalRefused', path, attempt, failure }),
      );
    },
    /** The workflow task goes on until local work has ended. */
    hasLocal: () => local > 0,
    idle: () => local === 0 && regular === 0,
  };
};

const withoutTook = <T>(answer: Measured<T>): T => {
  const { tookMs: _, ...rest } = answer;
  // What is left of T and one member more.
  return rest as unknown as T;
};
