import type { FramePlan, NodePlan, Operation, Plan } from '../../src/flow';

/** A call node whose answer the simulated driver chooses. */
export const callNode = (id: string, more: Partial<NodePlan> = {}): NodePlan => ({
  id,
  type: 'http.request',
  op: { kind: 'call', activity: 'httpRequest', params: {} },
  execution: 'activity',
  next: {},
  onError: 'fail',
  catch: [],
  ...more,
});

export const opNode = (id: string, op: Operation, more: Partial<NodePlan> = {}): NodePlan => ({
  ...callNode(id, more),
  type: op.kind,
  op,
  execution: 'inline',
});

export const frameOf = (nodes: readonly NodePlan[], start?: readonly string[]): FramePlan => {
  const pointedAt = new Set(
    nodes.flatMap((node) => [...Object.values(node.next), ...node.catch.map((rule) => rule.next)].flat()),
  );
  return {
    nodes: Object.fromEntries(nodes.map((node) => [node.id, node])),
    start: start ?? nodes.filter((node) => !pointedAt.has(node.id) && node.needs === undefined).map((node) => node.id),
  };
};

export const planOf = (nodes: readonly NodePlan[], more: Partial<Plan> & { readonly start?: readonly string[] } = {}): Plan => {
  const { start, ...rest } = more;
  return { engine: 1, flow: { name: 'test', version: '1' }, root: frameOf(nodes, start), timeoutMs: 3_600_000, ...rest };
};
