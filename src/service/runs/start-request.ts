import { LIMITS } from '../../flow';
import type { Run } from '../../store/ports';
import type { RunFlowArgs, RunOrigin } from '../../workflows/contract';
import type { StartRequest } from '../temporal-port';
import type { CachedVersion } from './plan-cache';

const DAY_MS = 24 * 3_600_000;

const originOf = (run: Run): RunOrigin => ({
  runId: run.id,
  workspace: run.workspace,
  flowId: run.flowId,
  flowName: run.flowName,
  version: run.version,
});

const requestOf = (run: Run, args: StartRequest['args'], runTimeoutMs: number): StartRequest => ({
  args,
  runId: run.id,
  summary: `${run.flowName} v${run.version}`,
  // P10: the run limit is our own deadline, so that `finally` runs; Temporal's comes a day later.
  executionTimeoutMs: runTimeoutMs + DAY_MS,
  attributes: { flow: run.flowId, workspace: run.workspace },
});

/** The start of a run as its row says. Plan and input inline up to 64 KiB together, else the plan by reference. */
export const realStart = (run: Run, { version, planBytes }: CachedVersion, searchable: boolean): StartRequest => {
  const inputBytes = run.input.kind === 'inline' ? Buffer.byteLength(JSON.stringify(run.input.value)) : 0;
  const args: RunFlowArgs = {
    kind: 'start',
    origin: originOf(run),
    plan:
      planBytes + inputBytes <= LIMITS.startInlineBytes
        ? { kind: 'inline', plan: version.plan }
        : { kind: 'ref', flowId: run.flowId, version: run.version },
    input: run.input,
    ...(run.runAt === undefined ? {} : { notBefore: run.runAt.getTime() }),
    searchable,
  };
  // The limit of the run counts from its `runAt`.
  const aheadMs = Math.max(0, (run.runAt?.getTime() ?? 0) - run.createdAt.getTime());
  return requestOf(run, args, aheadMs + version.plan.timeoutMs);
};

/** S2: a start that takes the workflow id, so that the original can never run any more. */
export const refusedStart = (run: Run, searchable: boolean): StartRequest =>
  requestOf(run, { kind: 'refused', origin: originOf(run), searchable }, LIMITS.localAttemptMs);
