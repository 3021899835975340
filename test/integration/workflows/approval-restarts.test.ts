/** R7 small: an approval with three timers over restarts of the worker. */
import type { JournalEntry } from '../../../src/flow';
import { createApprovalWorld, manager, type ApprovalWorld } from '../../support/approval-world';
import { createTally, expectGood } from '../../support/tally';

const LADDER = `
nodes:
  ask:
    type: approval
    params:
      title: Ladder
      approvers: ['group:managers']
      remind: [2s]
      escalate: { after: 4s, to: 'group:directors' }
      timeout: 6s
    next: { rejected: no }
  no: { type: transform, params: { output: late } }
`;
const DUE = [
  ['approval.reminded', 2_000],
  ['approval.escalated', 4_000],
  ['approval.decided', 6_000],
] as const;
const WITHIN_MS = 2_000;
const RESTARTS = 5;

describe('an approval with three timers', () => {
  let world: ApprovalWorld;
  beforeAll(async () => {
    world = await createApprovalWorld();
  }, 120_000);
  afterAll(async () => world.stopAll());

  test('over 5 restarts of the worker each goes off once, in time', async () => {
    const flow = await world.save(LADDER);
    const runs = await Promise.all(Array.from({ length: RESTARTS }, () => world.begin(flow)));
    const opened = await Promise.all(runs.map((run) => world.open(run)));
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      await world.stopWorker();
      await new Promise((resolve) => setTimeout(resolve, 300));
      await world.startWorker();
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    const tally = createTally('R7 three timers × 5 runs over 5 restarts');
    for (const [at, run] of runs.entries()) {
      const { state, output } = await world.end(run);
      const { entries } = await world.runs.journal(world.me, run.id, 0, 100);
      const start = opened[at]?.createdAt.getTime() ?? 0;
      const late = entries
        .filter(({ type }) => type.startsWith('approval.'))
        .map((entry: JournalEntry) => [entry.type, entry.at - start] as const);
      const isInTime = late.every(([type, ms], n) => type === DUE[n]?.[0] && ms >= DUE[n][1] && ms < DUE[n][1] + WITHIN_MS);
      const isLast = state === 'DONE' && output?.kind === 'inline' && output.value === 'late';
      tally.count(late.length === DUE.length && isInTime && isLast, () => JSON.stringify([state, late]));
      tally.count((await world.decide(manager('max'), `${run.id}:ask`)) === 'conflict', () => 'an answer after the end');
    }
    expectGood(tally, 2 * RESTARTS);
  }, 60_000);
});
