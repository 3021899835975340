import { RepriseError, sha256Hex, type Principal } from '../../flow';
import type { IdempotencyClaim, Run, Stores } from '../../store/ports';
import { canonicalJson } from '../canonical-json';
import type { StartAnswer, StartInput } from '../contract';
import { newRunId } from '../ids';
import type { CachedVersion } from './plan-cache';

/** Failed runs that one key may have had. */
const MOST_GENERATIONS = 1_000;
/** Between the claim of a key and the row of its run lies one write; whoever comes in between looks so often for the row. */
const LOOKS = 20;
const LOOK_MS = 50;

type KeyedInput = StartInput & { readonly idempotencyKey: string };

export interface KeyedStartDeps extends Pick<Stores, 'runs' | 'idempotency'> {
  /** Makes a failure of `work` name the run. */
  readonly make: (runId: string, work: () => Promise<Run>) => Promise<Run>;
  readonly insertAndStart: (run: Run, found: CachedVersion) => Promise<Run>;
}

/**
 * The key's run, made by this call or an earlier one. Whoever finds it NEW starts it (S1). A key is claimed by insert, one
 * generation after the other (M2): the next one begins when `adopt` finds that the run of the last one failed.
 */
export const createKeyedStart = ({ runs, idempotency, make, insertAndStart }: KeyedStartDeps) => {
  const claim = async (principal: Principal, input: KeyedInput, bodyHash: string) => {
    const members = { workspace: principal.workspace, flowId: input.flowId, key: input.idempotencyKey, bodyHash };
    for (let generation = 0; generation < MOST_GENERATIONS; generation += 1) {
      const { claimed, held } = await idempotency.claim({ ...members, generation, runId: newRunId() });
      const before = claimed ? undefined : await runs.get(principal.workspace, held.runId);
      if (input.keyRule !== 'adopt' || !hasFailed(before)) return { claimed, held, before };
    }
    throw new RepriseError(
      'conflict',
      `The key ${input.idempotencyKey} has had ${MOST_GENERATIONS} failed executions; use another key`,
    );
  };

  /** Who claimed the key inserts the row with its own arguments; when it never does, ours are as good. */
  const awaitRow = async ({ workspace, runId }: IdempotencyClaim): Promise<Run | undefined> => {
    for (let look = 0; look < LOOKS; look += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      const row = await runs.get(workspace, runId);
      if (row !== undefined) return row;
    }
    return undefined;
  };

  return async (
    principal: Principal,
    input: KeyedInput,
    makeRow: (id: string) => Promise<Run>,
    found: CachedVersion,
  ): Promise<StartAnswer> => {
    const bodyHash = sha256Hex(
      canonicalJson({ input: input.input, version: input.version ?? null, runAt: input.runAt?.toISOString() ?? null }),
    );
    const { claimed, held, before } = await claim(principal, input, bodyHash);
    const differs = held.bodyHash !== bodyHash;
    if (differs && input.keyRule !== 'adopt')
      throw new RepriseError(
        'idempotency_conflict',
        `Idempotency-Key ${input.idempotencyKey} was used with another body; use a new key for a new execution`,
      );
    const told = differs ? { argsDiffer: true as const } : {};
    const row = before ?? (differs ? await awaitRow(held) : undefined);
    if (row !== undefined && row.state !== 'NEW') return { run: row, created: false, ...told };
    const run = await insertAndStart(row ?? (await make(held.runId, () => makeRow(held.runId))), found);
    return { run, created: claimed && run.id === held.runId, ...told };
  };
};

const hasFailed = (run: Run | undefined): boolean => run?.state === 'FAIL' || run?.state === 'CANCELLED';
