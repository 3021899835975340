import { isRepriseError, LIMITS, RepriseError, slotScopeOf, type ConcurrencyPlan, type Json, type Plan } from '../../flow';
import type { Logger } from '../../logger';
import type { ArtifactStore, Run, RunStore, SlotStore } from '../../store/ports';
import { loadValue } from './values';

/**
 * A start of a flow that rejects or coalesces above its limit takes its slot here, before its row; queues are the run's own.
 * Answers the run that is under way instead (`coalesce`). Throws `concurrency_limit`, and `validation_error` for a key that fails.
 */
export const createTakeSlot =
  (deps: {
    readonly slots: SlotStore;
    readonly runs: Pick<RunStore, 'get'>;
    readonly artifacts: ArtifactStore;
    readonly logger: Logger;
  }) =>
  async (run: Run, { concurrency }: Plan): Promise<Run | undefined> => {
    if (concurrency === undefined || run.runAt !== undefined) return undefined;
    const { onLimit, limit } = concurrency;
    if (onLimit !== 'reject' && onLimit !== 'coalesce') return undefined;
    const input = await loadValue(deps.artifacts, deps.logger, run.id, run.input, LIMITS.bodyBytes);
    const json = input.kind === 'inline' ? input.value : {};
    const claim = { scope: scopeOf(run, concurrency, json), limit, runId: run.id, since: run.createdAt };
    const answer = await deps.slots.take(claim, { waits: false, mends: true });
    if (answer.taken) return undefined;
    const [oldest] = answer.older;
    const running = onLimit === 'coalesce' && oldest !== undefined ? await deps.runs.get(run.workspace, oldest) : undefined;
    if (running !== undefined) return running;
    throw new RepriseError(
      'concurrency_limit',
      `Flow ${run.flowId} runs ${limit} executions at once and no more; start it again when one of them has ended`,
      { details: { limit, executionIds: [...answer.older] } },
    );
  };

const scopeOf = (run: Run, concurrency: ConcurrencyPlan, input: Json): string => {
  try {
    return slotScopeOf(run, concurrency, input);
  } catch (error) {
    if (!isRepriseError(error)) throw error;
    throw new RepriseError('validation_error', `The key of the flow's concurrency limit fails on this input: ${error.message}`);
  }
};
