import { LIMITS, mergeBuckets, nodeRunIdOf, siteOf, type JournalEntry, type Plan, type Value } from '../../flow';
import type { Logger } from '../../logger';
import type { ArtifactStore, JournalStore, Run } from '../../store/ports';
import type { NodeRunView } from '../contract';
import type { FindVersion } from './plan-cache';
import { loadValue } from './values';

/** Of a run with more, those that began last. */
const MOST_SHOWN = 1_000;
const SHOWN_BYTES = LIMITS.workflowOutputBytes;

/** What became of each node run, as the journal tells it, in the order of their beginning; then the places that nothing has reached. */
export const createNodeRuns =
  (deps: {
    readonly journal: Pick<JournalStore, 'readBuckets'>;
    readonly artifacts: ArtifactStore;
    readonly logger: Logger;
    readonly findVersion: FindVersion;
  }) =>
  async (run: Run): Promise<readonly NodeRunView[]> => {
    const [buckets, found] = await Promise.all([
      deps.journal.readBuckets(run.id),
      deps.findVersion(run.workspace, run.flowId, run.version),
    ]);
    const begun = viewsOf(mergeBuckets(buckets)).slice(-MOST_SHOWN);
    const reached = new Set(begun.map(({ path }) => siteOf(path)));
    const load = (value: Value): Promise<Value> => loadValue(deps.artifacts, deps.logger, run.id, value, SHOWN_BYTES);
    const shown = begun.map(async ({ output, ...view }) =>
      output === undefined ? view : { ...view, output: await load(output) },
    );
    const idle = found === undefined ? [] : idleOf(run.id, found.version.plan);
    return [...(await Promise.all(shown)), ...idle.filter(({ path }) => !reached.has(path))];
  };

const viewsOf = (entries: readonly JournalEntry[]): NodeRunView[] => {
  const views = new Map<string, NodeRunView>();
  for (const entry of entries) {
    const view = viewOf(entry);
    if (view !== undefined) views.set(view.path, view);
  }
  return [...views.values()];
};

const viewOf = (entry: JournalEntry): NodeRunView | undefined => {
  const { type, path, nodeRunId, state } = entry;
  if (!type.startsWith('node.') || path === undefined || nodeRunId === undefined) return undefined;
  const hasEnded = type === 'node.ended';
  return {
    id: nodeRunId,
    path,
    type: entry.nodeType ?? '',
    ...(entry.nodeName === undefined ? {} : { name: entry.nodeName }),
    // Entries of nodes have states of nodes.
    state: (state ?? 'RUN') as NodeRunView['state'],
    deferred: type === 'node.waiting' && state === 'READY',
    attempt: entry.attempt ?? 1,
    ...(entry.startedAt === undefined ? {} : { startedAt: new Date(entry.startedAt) }),
    ...(hasEnded ? { endedAt: new Date(entry.at) } : {}),
    ...(hasEnded && entry.output !== undefined ? { output: entry.output } : {}),
    ...(entry.failure === undefined ? {} : { failure: entry.failure }),
  };
};

const idleOf = (runId: string, { root }: Plan): NodeRunView[] =>
  Object.values(root.nodes).map(({ id, type, name }) => ({
    id: nodeRunIdOf(runId, id),
    path: id,
    type,
    ...(name === undefined ? {} : { name }),
    state: 'IDLE',
    deferred: false,
    attempt: 0,
  }));
