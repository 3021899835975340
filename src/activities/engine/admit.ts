import type { Failure } from '../../flow';
import type { Flow, FlowVersion, Run } from '../../store/ports';
import type { AdmitInput, AdmitOutput } from '../contract';
import type { ActivityDeps } from '../deps';
import { onStore } from '../failure';
import type { Values } from '../values';

/**
 * S3: whether a run that a parent or a schedule started may go on. The row that it inserts holds the decision, so that asking
 * again for the same run answers the same whatever happened to the flow since.
 */
export const createAdmit =
  (deps: ActivityDeps, values: Values) =>
  async (input: AdmitInput): Promise<AdmitOutput> => {
    const { flows, runs } = deps.stores;
    const earlier = await onStore(() => runs.getById(input.runId));
    if (earlier !== undefined) return answerOf(deps, earlier);

    const flow = await onStore(
      async () => (await flows.get(input.workspace, input.flow)) ?? (await flows.findByName(input.workspace, input.flow)),
    );
    const number = input.version ?? flow?.publishedVersion ?? flow?.latestVersion ?? 0;
    const version = flow === undefined ? undefined : await onStore(() => flows.getVersion(input.workspace, flow.id, number));
    const refusal = await refusalOf(deps, values, input, flow, version);
    const row = toRow(deps, input, flow, number, refusal);
    if (await onStore(() => runs.insert(row)))
      return refusal === undefined && version !== undefined ? admitted(row, version) : refused(row);
    const winner = await onStore(() => runs.getById(input.runId));
    return answerOf(deps, winner ?? row);
  };

const refusalOf = async (
  deps: ActivityDeps,
  values: Values,
  input: AdmitInput,
  flow: Flow | undefined,
  version: FlowVersion | undefined,
): Promise<Failure | undefined> => {
  if (flow === undefined) return failure('flow_not_found', `There is no flow ${input.flow} in this workspace`);
  if (version === undefined)
    return failure('version_not_found', `Flow ${flow.id} has no version ${input.version ?? ''}`.trimEnd());
  if (!flow.enabled) return failure('flow_disabled', `Flow ${flow.name} is disabled; enable it to run it`);
  // Those of the account that saved this version: a sub-flow's own, not its parent's.
  const owner = { workspace: version.workspace, account: version.savedBy };
  const missing = await onStore(() => deps.stores.secrets.missing(owner, version.plan.secrets ?? []));
  if (missing.length > 0) {
    const refused = failure('requirements_not_met', `Flow ${flow.name} needs secrets that are missing: ${missing.join(', ')}`);
    return { ...refused, details: { secrets: [...missing] } };
  }
  if (version.inputSchema === undefined) return undefined;
  const issues = deps.checkInput(version.inputSchema, await values.read(input.input));
  const [first] = issues;
  if (first === undefined) return undefined;
  const details = { issues: issues.map(({ code, path, message }) => ({ code, path, message })) };
  return { ...failure('invalid_input', `The input does not fit flow ${flow.name}: ${first.path}: ${first.message}`), details };
};

const failure = (code: string, message: string): Failure => ({ code, message, retryable: false, nodePath: '' });

const toRow = (
  deps: ActivityDeps,
  input: AdmitInput,
  flow: Flow | undefined,
  version: number,
  refusal: Failure | undefined,
): Run => ({
  id: input.runId,
  workspace: input.workspace,
  flowId: flow?.id ?? input.flow,
  flowName: flow?.name ?? input.flow,
  version,
  state: 'NEW',
  input: input.input,
  trigger:
    input.parent === undefined
      ? { type: 'schedule', ...(input.schedule === undefined ? {} : { scheduleId: input.schedule }) }
      : { type: 'flow', parentRunId: input.parent.runId, parentPath: input.parent.path },
  keyed: false,
  createdAt: new Date(deps.now()),
  waitingFor: [],
  seq: 0,
  dirty: false,
  nodes: {},
  ...(refusal === undefined ? {} : { error: refusal }),
});

const answerOf = async ({ stores }: ActivityDeps, row: Run): Promise<AdmitOutput> => {
  if (row.error !== undefined) return refused(row);
  const version = await onStore(() => stores.flows.getVersion(row.workspace, row.flowId, row.version));
  if (version !== undefined) return admitted(row, version);
  return refused({ ...row, error: failure('version_not_found', `Flow ${row.flowId} has no version ${row.version}`) });
};

const named = ({ flowId, flowName, version }: Run) => ({ flowId, flowName, version });

const admitted = (row: Run, version: FlowVersion): AdmitOutput => ({ admitted: true, ...named(row), plan: version.plan });

/** A disabled flow declines the run (SKIP); everything else is a mistake of whoever started it (FAIL). */
const refused = (row: Run): AdmitOutput => {
  const why = row.error ?? failure('start_refused', 'The run was refused');
  return { admitted: false, ...named(row), state: why.code === 'flow_disabled' ? 'SKIP' : 'FAIL', failure: why };
};
