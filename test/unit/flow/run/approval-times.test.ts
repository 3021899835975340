/** X10, X11, X12: reminders, escalation and deadline of an approval, months in no time. */
import { nextDeadline } from '../../../../src/flow';
import { asking, askPlan, days, decide, foreseen } from '../../../support/approvals';
import type { Simulation } from '../../../support/simulate';
import { createTally, expectGood } from '../../../support/tally';

const notices = (simulation: Simulation) =>
  simulation.commands.flatMap((command) => (command.type === 'tellApprovers' ? [command.notice] : []));
/** Moves from timer to timer up to `until`; answers at which days they went off. */
const pass = (simulation: Simulation, until: number): number[] => {
  const wakes: number[] = [];
  for (
    let next = nextDeadline(simulation.memory);
    next !== undefined && next.at <= until;
    next = nextDeadline(simulation.memory)
  ) {
    simulation.wait(next.at - simulation.nowMs);
    wakes.push((next.at - 1_000) / days(1));
  }
  return wakes;
};
const LADDER = {
  timeout: days(30),
  remind: [days(3), days(1), days(14)],
  escalate: { after: days(10), to: ['group:directors', 'group:managers'] },
  notify: { email: true },
};

describe('the ladder of 30 days', () => {
  test('reminds, escalates and decides on its days, and tells whom it concerns', () => {
    const simulation = asking(askPlan(LADDER));
    expect(pass(simulation, days(31))).toEqual([1, 3, 10, 14, 30]);
    const before = ['group:managers', 'account:eve@example.com'];
    expect(notices(simulation).map(({ reason, to }) => [reason, ...to])).toEqual([
      ['opened', ...before],
      ['reminder', ...before],
      ['reminder', ...before],
      ['escalated', 'group:directors'],
      ['reminder', ...before, 'group:directors'],
    ]);
    expect(
      simulation.journal.filter(({ type }) => type.startsWith('approval.')).map(({ type, at }) => [type, (at - 1_000) / days(1)]),
    ).toEqual([
      ['approval.reminded', 1],
      ['approval.reminded', 3],
      ['approval.escalated', 10],
      ['approval.reminded', 14],
      ['approval.decided', 30],
    ]);
    expect(simulation.memory.summaries['ask']).toMatchObject({ state: 'DONE', action: 'rejected' });
  });

  test('ends with a decision: nothing of it is due any more', () => {
    const simulation = asking(askPlan(LADDER));
    pass(simulation, days(4));
    simulation.send(decide('a', 'approved', { as: ['group:managers'] }));
    expect(simulation.memory.runs['ask']).toBeUndefined();
    expect(nextDeadline(simulation.memory)?.at).toBe(simulation.memory.deadline);
  });

  test('directors may decide from their day on', () => {
    const simulation = asking(askPlan(LADDER));
    const director = decide('d', 'approved', { as: ['group:directors'] });
    expect(foreseen(simulation, director)).toMatchObject({ refusal: { code: 'forbidden' } });
    pass(simulation, days(10) + 1_000);
    expect(foreseen(simulation, director)).toMatchObject({ kind: 'counts' });
  });

  test('goes on from a checkpoint at any day', () => {
    const tally = createTally('approval ladder serialised at every timer');
    for (const day of [0, 1, 3, 10, 14, 29]) {
      const simulation = asking(askPlan(LADDER));
      pass(simulation, 1_000 + days(day));
      Object.assign(simulation.memory, JSON.parse(JSON.stringify(simulation.memory)));
      pass(simulation, days(31));
      tally.count(
        simulation.memory.summaries['ask']?.action === 'rejected' && notices(simulation).length === 5,
        () => `day ${day}`,
      );
    }
    expectGood(tally, 6);
  });
});

describe('while the run is held', () => {
  test('time passes, its effects wait; reminders that were missed are one', () => {
    const simulation = asking(askPlan(LADDER));
    simulation.send({ type: 'hold' });
    expect(nextDeadline(simulation.memory)).toBeUndefined();
    simulation.wait(days(5));
    simulation.send({ type: 'release' });
    expect(notices(simulation).map(({ reason }) => reason)).toEqual(['opened', 'reminder']);
    expect(pass(simulation, days(31))).toEqual([10, 14, 30]);
  });

  test('a decision in time counts after the release, however late that comes', () => {
    const simulation = asking(askPlan({ timeout: 100 }));
    simulation.send({ type: 'hold' });
    simulation.nowMs += 99;
    simulation.send(decide('a'));
    expect(simulation.started()).toEqual(['ask']);
    expect(simulation.commands.at(-1)).toMatchObject({ type: 'recordApproval', change: { state: 'approved' } });
    expect(foreseen(simulation, decide('b', 'rejected'))).toMatchObject({ refusal: { code: 'conflict' } });
    simulation.wait(5_000);
    simulation.send({ type: 'release' });
    expect(simulation.started()).toEqual(['ask', 'yes']);
  });
});

test('X10: at and after the deadline no answer counts, whichever is seen first', () => {
  const tally = createTally('answer against deadline × order × moment');
  for (const ms of [-2, -1, 0, 1, 50])
    for (const timerFirst of [true, false]) {
      const simulation = asking(askPlan({ timeout: 100 }));
      simulation.nowMs += 100 + ms;
      const inTime = ms < 0;
      const counts = foreseen(simulation, decide('a')).kind === 'counts';
      simulation.send(...(timerFirst ? [{ type: 'time' } as const, decide('a')] : [decide('a'), { type: 'time' } as const]));
      const edge = simulation.started()[1];
      tally.count(counts === inTime && edge === (inTime ? 'yes' : 'no'), () => `${ms} ms, timer first: ${timerFirst}: ${edge}`);
    }
  expectGood(tally, 10);
});

test('a deadline at the time limit of its node decides, a reminder there does not keep it', () => {
  const both = asking(askPlan({ timeout: 100 }, { timeoutMs: 100 }));
  both.wait(100);
  expect(both.memory.summaries['ask']).toMatchObject({ state: 'DONE', action: 'rejected' });
  const reminded = asking(askPlan({ remind: [100] }, { timeoutMs: 100 }));
  reminded.wait(100);
  expect(reminded.memory.outcome?.failure?.code).toBe('node_timeout');
});
