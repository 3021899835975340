import type { ExecutionClass, FramePlan, NodePlan, Operation, OutputMap } from '../flow';
import { coveringPaths } from './checks/references';
import { toGraph } from './checks/graph';
import type { FrameDraft, NodeDraft } from './draft';
import type { NodeFields } from './node-fields';
import { timeoutsOf } from './timeouts';

/** The plan of a frame whose checks found nothing: defaults filled in, names in the order of the document. */
export const assembleFrame = (frame: FrameDraft): FramePlan => {
  const nodes: Record<string, NodePlan> = {};
  for (const [id, node] of frame.nodes) nodes[id] = assembleNode(node);
  return { nodes, start: toGraph(frame).start };
};

const needsOf = ({ needs, after }: NodeFields): Pick<NodePlan, 'needs' | 'afterFailure'> => {
  if (after !== undefined) return { needs: after, afterFailure: true };
  return needs === undefined ? {} : { needs };
};

const withOutputMap = (op: Operation, output: OutputMap | undefined): Operation =>
  output === undefined || (op.kind !== 'call' && op.kind !== 'flow') ? op : { ...op, output };

const classOf = (node: NodeDraft): ExecutionClass => {
  const wanted = node.fields.execution;
  return wanted === undefined || wanted === 'auto' ? (node.use?.execution[0] ?? 'activity') : wanted;
};

const assembleNode = (node: NodeDraft): NodePlan => {
  const { fields, use, frames } = node;
  if (use === undefined || node.type === undefined) throw new Error(`node ${node.id} has faults that were not reported`);
  const { branches } = frames;
  const op = use.lower({
    nodeId: node.id,
    frames: {
      body: frames.body && assembleFrame(frames.body),
      branches: branches && Object.fromEntries([...branches].map(([name, branch]) => [name, assembleFrame(branch)])),
      finally: frames.finally && assembleFrame(frames.finally),
    },
  });
  const reads = coveringPaths(node);
  return {
    id: node.id,
    type: node.type,
    ...(fields.name === undefined ? {} : { name: fields.name }),
    op: withOutputMap(op, fields.outputMap),
    execution: classOf(node),
    next: fields.next ?? {},
    ...needsOf(fields),
    ...(fields.join === undefined ? {} : { join: fields.join }),
    ...(fields.cancelLosers === true ? { cancelLosers: true } : {}),
    ...(fields.defer === undefined ? {} : { deferMs: fields.defer }),
    ...(fields.when === undefined ? {} : { when: fields.when }),
    ...(fields.retry === undefined ? {} : { retry: fields.retry }),
    ...timeoutsOf(node),
    onError: fields.onError ?? 'fail',
    catch: fields.catch ?? [],
    ...(node.compensate === undefined ? {} : { compensate: assembleNode(node.compensate) }),
    ...(reads.length === 0 ? {} : { reads }),
    ...(node.tellsState === true ? { tellsState: true } : {}),
  };
};
