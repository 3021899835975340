/** Slots of a flow's limit: taken and given back one after the other, so that a late answer never undoes a newer one (M2). */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities, SlotOutput } from '../activities/contract';
import type { Command, RunEvent, SlotRequest } from '../flow';
import { localFor } from './local';
import { tellRun } from './tell-run';

type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;
type SlotActivities = Pick<Activities, 'takeSlot' | 'leaveSlot'>;

/** Without a limit of tries: a slot that is not given back would keep others out. */
const engine = proxyActivities<Activities>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: 500, maximumInterval: 10_000 },
});

export const createSlotWork = (report: (event: RunEvent) => void) => {
  let local = 0;
  let open = 0;
  let last: Promise<void> = Promise.resolve();

  const persistently = async <T>(work: (activities: SlotActivities) => Promise<T>): Promise<T> => {
    local += 1;
    try {
      return await work(localFor('slot'));
    } catch {
      // As a regular activity below.
    } finally {
      local -= 1;
    }
    return work(engine);
  };

  const tell = ({ facts }: SlotRequest, runs: readonly string[], signal: 'cancel' | 'slotFree') =>
    Promise.all(runs.map((runId) => tellRun(runId, signal, facts.runId)));

  /** Whatever becomes of it, the driver hears of the end. */
  const inTurn = (work: () => Promise<RunEvent>): void => {
    open += 1;
    const ended = (event: RunEvent): void => {
      open -= 1;
      report(event);
    };
    last = last.then(work).then(ended, () => ended({ type: 'slotRefused' }));
  };

  return {
    take({ request }: CommandOf<'takeSlot'>): void {
      inTurn(async () => {
        const answer = await persistently((activities) => activities.takeSlot(request));
        if (answer.kind === 'queued') await tell(request, answer.cancel, 'cancel');
        return toEvent(answer);
      });
    },
    leave({ request }: CommandOf<'leaveSlot'>): void {
      inTurn(async () => {
        const { next } = await persistently((activities) => activities.leaveSlot(request));
        await tell(request, next, 'slotFree');
        return { type: 'time' };
      });
    },
    hasLocal: () => local > 0,
    idle: () => open === 0,
  };
};

const toEvent = (answer: SlotOutput): RunEvent => {
  switch (answer.kind) {
    case 'taken':
      return { type: 'slotTaken' };
    case 'queued':
      return { type: 'slotRefused' };
    case 'denied':
      return { type: 'slotDenied', failure: answer.failure };
  }
};
