import type { Failure, HeadChange, NodeSummary, RunCounts, Value } from '../../flow';
import type { Run, RunClosure, RunTrigger } from '../ports';
import type { RunRow } from './rows';
import { fromMemberName, fromText, optional, fromOptionalText, toMemberName, toText } from './text';

export const runRowOf = ({ id, input, trigger, output, error, counts, nodes, waitingFor, epoch, ...run }: Run): RunRow => ({
  _id: id,
  ...run,
  input: toText(input),
  trigger: toText(trigger),
  startedBy: trigger.asked === undefined ? '' : (trigger.by ?? ''),
  ...textMembers({ output, error, counts }),
  waitingFor: [...waitingFor],
  epoch: epoch ?? '',
  live: run.endedAt === undefined,
  nodes: Object.fromEntries(Object.entries(nodes).map(([path, summary]) => [toMemberName(path), toText(summary)])),
});

/** Lists leave `nodes` out. */
export type ReadRunRow = Omit<RunRow, 'nodes'> & { readonly nodes?: RunRow['nodes'] };

export const runOf = (row: ReadRunRow): Run => ({
  id: row._id,
  workspace: row.workspace,
  flowId: row.flowId,
  flowName: row.flowName,
  version: row.version,
  state: row.state,
  input: fromText(row.input) as Value,
  trigger: fromText(row.trigger) as RunTrigger,
  keyed: row.keyed,
  createdAt: row.createdAt,
  ...optional('runAt', row.runAt),
  ...optional('startedAt', row.startedAt),
  ...optional('endedAt', row.endedAt),
  ...optional('output', fromOptionalText(row.output) as Value | undefined),
  ...optional('error', fromOptionalText(row.error) as Failure | undefined),
  ...optional('counts', fromOptionalText(row.counts) as RunCounts | undefined),
  waitingFor: row.waitingFor,
  seq: row.seq,
  ...(row.epoch === '' ? {} : { epoch: row.epoch }),
  dirty: row.dirty,
  ...optional('stalled', row.stalled),
  nodes: Object.fromEntries(
    Object.entries(row.nodes ?? {}).map(([name, text]) => [fromMemberName(name), fromText(text) as NodeSummary]),
  ),
});

export interface RunUpdate {
  readonly $set: Record<string, unknown>;
  readonly $unset?: Record<string, ''>;
}

/** One update by `_id`: scalar members, and each node summary under a member of its own. */
export const changeUpdate = ({ nodes, stalled, waitingFor, ...members }: HeadChange): RunUpdate => ({
  $set: {
    ...members,
    ...(waitingFor === undefined ? {} : { waitingFor: [...waitingFor] }),
    ...(typeof stalled === 'string' ? { stalled } : {}),
    ...nodeMembers(nodes),
  },
  ...(stalled === null ? { $unset: { stalled: '' } } : {}),
});

/** The close over what the run told last. */
export const closureUpdate = ({ output, error, counts, ...members }: RunClosure, last: HeadChange = {}): RunUpdate => {
  const { stalled: _, ...told } = last;
  return {
    $set: { ...changeUpdate(told).$set, ...members, ...textMembers({ output, error, counts }), waitingFor: [], live: false },
    $unset: { stalled: '' },
  };
};

/** What a head takes although the change came too late for the rest of it. */
export const lateUpdate = ({ dirty, nodes }: HeadChange, withNodes: boolean): RunUpdate => ({
  $set: { ...optional('dirty', dirty), ...(withNodes ? nodeMembers(nodes) : {}) },
});

const nodeMembers = (nodes: HeadChange['nodes']): Record<string, string> =>
  Object.fromEntries(Object.entries(nodes ?? {}).map(([path, summary]) => [`nodes.${toMemberName(path)}`, toText(summary)]));

const textMembers = (members: {
  readonly output: Value | undefined;
  readonly error: Failure | undefined;
  readonly counts: RunCounts | undefined;
}): Partial<Record<keyof typeof members, string>> =>
  Object.fromEntries(Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, toText(value)]])));
