import type { Flow, FlowStore } from '../../store/ports';

const MOST_FLOWS = 500;

/**
 * Keeps flows in memory, for a process that is the only one (`reprise dev`): every change goes through here, so what is
 * remembered is true. It saves the one read of a start.
 */
export const createSoleProcessFlows = (flows: FlowStore): FlowStore => {
  const known = new Map<string, Flow>();
  let changes = 0;

  const forget = (id: string): void => {
    changes += 1;
    known.delete(id);
  };

  return {
    ...flows,
    async get(workspace, id, options) {
      const cached = known.get(id);
      if (cached !== undefined && options?.withDeleted !== true) return cached.workspace === workspace ? cached : undefined;
      const before = changes;
      const flow = await flows.get(workspace, id, options);
      // Not when something changed while it was read.
      if (flow !== undefined && flow.deletedAt === undefined && changes === before) known.set(id, flow);
      const [oldest] = known.keys();
      if (known.size > MOST_FLOWS && oldest !== undefined) known.delete(oldest);
      return flow;
    },
    async update(workspace, id, change) {
      forget(id);
      try {
        return await flows.update(workspace, id, change);
      } finally {
        forget(id);
      }
    },
  };
};
