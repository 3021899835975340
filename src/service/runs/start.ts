import { isRepriseError, LIMITS, RepriseError, sha256Hex, type Principal } from '../../flow';
import { checkInput } from '../../language';
import type { Run } from '../../store/ports';
import { canonicalJson } from '../canonical-json';
import type { StartInput } from '../contract';
import type { ServiceDeps } from '../deps';
import { newRunId } from '../ids';
import { flowNotFound, invalid, versionNotFound } from '../refusals';
import { assertSecrets } from '../secrets/needed-secrets';
import type { CachedVersion, FindVersion } from './plan-cache';
import { realStart } from './start-request';
import { triggerOf } from './trigger';
import { toInputValue } from './values';

export interface StartedRun {
  readonly run: Run;
  readonly created: boolean;
}

/**
 * Validate → [claim the key] → insert the row NEW → start the workflow (S1). Without a key one awaited write, with a key two.
 * A run is accepted when Temporal has accepted it; `unavailable` means undecided and names the run (S2).
 */
export const createStart = (deps: ServiceDeps, findVersion: FindVersion) => {
  const { stores, artifacts, temporal, clock } = deps;

  const toRow = async (
    principal: Principal,
    input: StartInput,
    id: string,
    flowName: string,
    found: CachedVersion,
  ): Promise<Run> => ({
    id,
    workspace: principal.workspace,
    flowId: input.flowId,
    flowName,
    version: found.version.version,
    state: 'NEW',
    input: await toInputValue(artifacts, { workspace: principal.workspace, runId: id }, input.input, found.planBytes),
    trigger: triggerOf(principal),
    keyed: input.idempotencyKey !== undefined,
    createdAt: new Date(clock()),
    waitingFor: [],
    seq: 0,
    dirty: false,
    nodes: {},
  });

  /** Any error from here on leaves the run undecided. */
  const undecided = async <T>(runId: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!isRepriseError(error) || error.code !== 'unavailable') throw error;
      throw new RepriseError(
        'unavailable',
        `The start of execution ${runId} is undecided; read it later, or repeat the request with an Idempotency-Key`,
        {
          details: { retryAfterSeconds: 5, ...error.details, runId },
          cause: error,
        },
      );
    }
  };

  const insertAndStart = (run: Run, found: CachedVersion): Promise<void> =>
    undecided(run.id, async () => {
      await stores.runs.insert(run);
      await temporal.startRun(realStart(run, found, deps.searchable));
    });

  /** The key's run, made by this call or an earlier one. Whoever finds it NEW starts it (S1). */
  const startKeyed = async (
    principal: Principal,
    input: StartInput,
    key: string,
    make: (id: string) => Promise<Run>,
    found: CachedVersion,
  ): Promise<StartedRun> => {
    const bodyHash = sha256Hex(canonicalJson({ input: input.input, version: input.version ?? null }));
    const { claimed, held } = await stores.idempotency.claim({
      workspace: principal.workspace,
      flowId: input.flowId,
      key,
      generation: 0,
      bodyHash,
      runId: newRunId(),
    });
    if (held.bodyHash !== bodyHash)
      throw new RepriseError(
        'idempotency_conflict',
        `Idempotency-Key ${key} was used with another body; use a new key for a new execution`,
      );
    const before = claimed ? undefined : await stores.runs.get(principal.workspace, held.runId);
    if (before !== undefined && before.state !== 'NEW') return { run: before, created: false };
    const run = before ?? (await undecided(held.runId, () => make(held.runId)));
    const pinned = run.version === found.version.version ? found : await findVersion(run.workspace, run.flowId, run.version);
    await insertAndStart(run, pinned ?? found);
    return { run, created: claimed };
  };

  return async (principal: Principal, input: StartInput): Promise<StartedRun> => {
    const flow = await stores.flows.get(principal.workspace, input.flowId);
    if (flow === undefined) throw flowNotFound(input.flowId);
    if (!flow.enabled) throw new RepriseError('flow_disabled', `Flow ${flow.id} is disabled; enable it to start executions`);
    const number = input.version ?? flow.publishedVersion ?? flow.latestVersion;
    const found = await findVersion(principal.workspace, flow.id, number);
    if (found === undefined) throw versionNotFound(flow.id, number);
    const issues = found.version.inputSchema === undefined ? [] : checkInput(found.version.inputSchema, input.input);
    if (issues.length > 0) throw invalid('The input', issues);
    await assertSecrets(stores.secrets, found.version);
    const make = (id: string): Promise<Run> => toRow(principal, input, id, flow.name, found);
    const { idempotencyKey: key } = input;
    if (key === undefined) {
      const run = await make(newRunId());
      await insertAndStart(run, found);
      return { run, created: true };
    }
    if (key.length === 0 || key.length > LIMITS.idempotencyKeyChars)
      throw new RepriseError('invalid_request', `Idempotency-Key must have 1 to ${LIMITS.idempotencyKeyChars} characters`);
    return startKeyed(principal, input, key, make, found);
  };
};
