import { isRepriseError, LIMITS, RepriseError, type Principal } from '../../flow';
import { checkInput } from '../../language';
import type { Run } from '../../store/ports';
import type { StartAnswer, StartInput } from '../contract';
import type { ServiceDeps } from '../deps';
import { newRunId } from '../ids';
import { flowNotFound, invalid, versionNotFound } from '../refusals';
import { assertSecrets } from '../secrets/needed-secrets';
import { createKeyedStart } from './keyed-start';
import type { CachedVersion, FindVersion } from './plan-cache';
import { realStart } from './start-request';
import { createTakeSlot } from './take-slot';
import { triggerOf } from './trigger';
import { toInputValue } from './values';

/**
 * Validate → [claim the key] → insert the row NEW → start the workflow (S1). Without a key one awaited write, with a key two.
 * A run is accepted when Temporal has accepted it; `unavailable` means undecided and names the run (S2).
 */
export const createStart = (deps: ServiceDeps, findVersion: FindVersion) => {
  const { stores, artifacts, temporal, clock } = deps;
  const takeSlot = createTakeSlot({ ...stores, artifacts, logger: deps.logger });

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
    ...(input.runAt !== undefined && { runAt: input.runAt }),
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

  /** The row decides what is started: of two that were made for one key the first one stored. */
  const insertAndStart = (run: Run, found: CachedVersion): Promise<Run> =>
    undecided(run.id, async () => {
      const instead = await takeSlot(run, found.version.plan);
      if (instead !== undefined) return instead;
      const isNew = await stores.runs.insert(run);
      const row = isNew ? run : ((await stores.runs.get(run.workspace, run.id)) ?? run);
      if (row.state !== 'NEW') return row;
      const isPinned = row.version === found.version.version;
      const pinned = isPinned ? found : await findVersion(row.workspace, row.flowId, row.version);
      await temporal.startRun(realStart(row, pinned ?? found, deps.searchable));
      return row;
    });
  const startKeyed = createKeyedStart({ ...stores, make: undecided, insertAndStart });

  return async (principal: Principal, input: StartInput): Promise<StartAnswer> => {
    const flow = await stores.flows.get(principal.workspace, input.flowId);
    if (flow === undefined) throw flowNotFound(input.flowId);
    if (!flow.enabled && input.force !== true)
      throw new RepriseError('flow_disabled', `Flow ${flow.id} is disabled; enable it to start executions`);
    const number = input.version ?? flow.publishedVersion ?? flow.latestVersion;
    const found = await findVersion(principal.workspace, flow.id, number);
    if (found === undefined) throw versionNotFound(flow.id, number);
    const issues = found.version.inputSchema === undefined ? [] : checkInput(found.version.inputSchema, input.input);
    if (issues.length > 0) throw invalid('The input', issues);
    await assertSecrets(stores.secrets, found.version);
    const make = (id: string): Promise<Run> => toRow(principal, input, id, flow.name, found);
    const { idempotencyKey: key } = input;
    if (key === undefined) {
      const made = await make(newRunId());
      const run = await insertAndStart(made, found);
      return { run, created: run.id === made.id };
    }
    if (key.length === 0 || key.length > LIMITS.idempotencyKeyChars)
      throw new RepriseError('invalid_request', `Idempotency-Key must have 1 to ${LIMITS.idempotencyKeyChars} characters`);
    return startKeyed(principal, { ...input, idempotencyKey: key }, make, found);
  };
};
