import type { Flow, FlowStore } from '../../store/ports';
import { createRemembered } from './remembered';

const MOST_FLOWS = 500;

/** Saves the one read of a start. */
export const createSoleProcessFlows = (flows: FlowStore): FlowStore => {
  const known = createRemembered<Flow>(MOST_FLOWS);
  return {
    ...flows,
    async get(workspace, id, options) {
      if (options?.withDeleted === true) return flows.get(workspace, id, options);
      const flow = await known.get(id, () => flows.get(workspace, id));
      return flow?.workspace === workspace ? flow : undefined;
    },
    update: (workspace, id, change) => known.changing(id, () => flows.update(workspace, id, change)),
  };
};
