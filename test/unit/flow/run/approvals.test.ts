/** P8, X10, X11: an approval is in the inbox before it waits, ends by the first answer that decides, and by its deadline. */
import type { Command } from '../../../../src/flow';
import { waitingFor } from '../../../../src/flow';
import { asking, askPlan, days, decide, foreseen } from '../../../support/approvals';
import { simulate, type Simulation } from '../../../support/simulate';

const commandsOf = <T extends Command['type']>(simulation: Simulation, type: T) =>
  simulation.commands.filter((command): command is Extract<Command, { type: T }> => command.type === type);
const rowOf = (simulation: Simulation) => commandsOf(simulation, 'recordApproval').at(-1)?.change;
const told = (simulation: Simulation) =>
  simulation.journal.filter(({ type }) => type.startsWith('approval.')).map(({ type }) => type);
const started = (simulation: Simulation) => simulation.started().slice(1);

describe('an approval', () => {
  test('is in the inbox before its node waits', () => {
    const simulation = simulate(askPlan({ timeout: days(7) }), () => ({}), { who: 'Ada' });
    expect(simulation.memory.summaries['ask']?.state).toBe('RUN');
    expect(simulation.pending).toMatchObject([
      {
        type: 'openApproval',
        approval: {
          id: 'run_1:ask',
          title: 'May Ada?',
          approvers: ['group:managers', 'account:eve@example.com'],
          openedAt: 1_000,
          spans: { timeoutMs: days(7), remindMs: [] },
        },
      },
    ]);
    simulation.answer(0);
    expect(simulation.memory.summaries['ask']?.state).toBe('WAIT');
    expect(waitingFor(simulation.memory)).toEqual(['approval:ask']);
  });

  test('goes on by the decision, with who, when, why and the form', () => {
    for (const [decision, edge] of [
      ['approved', 'yes'],
      ['rejected', 'no'],
    ] as const) {
      const simulation = asking(askPlan());
      simulation.nowMs = 5_000;
      simulation.send(decide('acct_max', decision, { note: 'because', form: { limit: 5 } }));
      expect(started(simulation)).toEqual([edge]);
      expect(simulation.memory.frames['']?.outputs['ask']).toEqual({
        kind: 'inline',
        value: {
          decision,
          decisions: [{ decision, by: 'acct_max', at: '1970-01-01T00:00:05.000Z', note: 'because' }],
          form: { limit: 5 },
        },
      });
      expect(rowOf(simulation)).toMatchObject({ rev: 1, state: decision, decidedBy: 'people', closedAt: 5_000 });
      expect(told(simulation)).toEqual(['approval.decided']);
    }
  });

  test('needs as many approvals as it says, each by another person; one rejection rejects', () => {
    const simulation = asking(askPlan({ required: 2 }));
    simulation.send(decide('a'), decide('a'));
    expect(started(simulation)).toEqual([]);
    expect(foreseen(simulation, decide('a'))).toMatchObject({ kind: 'repeats' });
    expect(foreseen(simulation, decide('a', 'rejected'))).toMatchObject({ refusal: { code: 'conflict' } });
    expect(rowOf(simulation)).toMatchObject({ rev: 1, state: 'open', decisions: [{ by: 'a' }] });
    simulation.send(decide('b'));
    expect(started(simulation)).toEqual(['yes']);
    const other = asking(askPlan({ required: 2 }));
    other.send(decide('a'), decide('b', 'rejected'));
    expect(started(other)).toEqual(['no']);
  });

  test('asks who is named, an operator always', () => {
    const simulation = asking(askPlan());
    const stranger = decide('acct_x', 'approved', { as: ['account:x@example.com', 'role:admin', 'group:managers.x'] });
    expect(foreseen(simulation, stranger)).toMatchObject({ kind: 'refused', refusal: { code: 'forbidden' } });
    simulation.send(stranger);
    expect(started(simulation)).toEqual([]);
    const { as: _, ...operator } = decide('operator');
    simulation.send(operator);
    expect(started(simulation)).toEqual(['yes']);
  });

  test('a late answer is told the winning one', () => {
    const simulation = asking(askPlan());
    simulation.send(decide('a'));
    expect(foreseen(simulation, decide('b', 'rejected'))).toMatchObject({
      refusal: { code: 'conflict', winner: { state: 'approved', decision: 'approved', decisions: [{ by: 'a' }] } },
    });
    expect(foreseen(simulation, decide('a'))).toEqual({ kind: 'repeats' });
    expect(foreseen(simulation, { ...decide('b'), path: 'never' })).toMatchObject({ refusal: { code: 'not_found' } });
  });

  test('its edge default takes approved only', () => {
    const next = { default: ['yes'] };
    const approved = asking(askPlan({}, { next }));
    approved.send(decide('a'));
    expect(started(approved)).toEqual(['yes']);
    const rejected = asking(askPlan({}, { next }));
    rejected.send(decide('a', 'rejected'));
    expect(started(rejected)).toEqual([]);
    expect(rejected.memory.summaries['ask']).toMatchObject({ state: 'DONE', action: 'rejected' });
    const expired = asking(askPlan({ timeout: 10, onTimeout: 'late' }, { next }));
    expired.wait(10);
    expect(started(expired)).toEqual([]);
    expect(rowOf(expired)).toMatchObject({ state: 'expired', decidedBy: 'deadline' });
  });

  test('with declineFails a rejection is the failure declined', () => {
    const simulation = asking(askPlan({ declineFails: true }, { next: {}, catch: [{ errors: ['declined'], next: ['no'] }] }));
    simulation.send(decide('a', 'rejected', { note: 'too much' }));
    expect(simulation.memory.summaries['ask']).toMatchObject({ state: 'FAIL', error: { code: 'declined' } });
    expect(started(simulation)).toEqual(['no']);
  });

  test('withdrawn it fails, or takes the edge of that name', () => {
    const withdraw = { type: 'withdraw', path: 'ask', by: 'acct_1', note: 'no longer needed' } as const;
    const failed = asking(askPlan());
    failed.send(withdraw);
    expect(failed.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'withdrawn' } });
    expect(rowOf(failed)).toMatchObject({ state: 'withdrawn' });
    expect(foreseen(failed, decide('a'))).toMatchObject({ refusal: { code: 'gone' } });
    expect(foreseen(failed, withdraw)).toEqual({ kind: 'repeats' });
    const caught = asking(askPlan({}, { next: { withdrawn: ['no'] } }));
    caught.send(withdraw);
    expect(started(caught)).toEqual(['no']);
  });

  test('handed over the heir decides, and not who handed it over until it comes back', () => {
    const simulation = asking(askPlan());
    const eve = ['account:eve@example.com'];
    simulation.send({ type: 'delegate', path: 'ask', to: 'account:Bob@example.com', toAccount: 'bob', by: 'eve', as: eve });
    expect(rowOf(simulation)?.approvers).toEqual(['group:managers', 'account:bob@example.com']);
    expect(foreseen(simulation, decide('eve', 'approved', { as: [...eve, 'group:managers'] }))).toMatchObject({
      refusal: { code: 'forbidden' },
    });
    const bob = ['account:bob@example.com'];
    simulation.send({ type: 'delegate', path: 'ask', to: eve[0] ?? '', toAccount: 'eve', by: 'bob', as: bob });
    expect(foreseen(simulation, decide('bob', 'approved', { as: bob }))).toMatchObject({ refusal: { code: 'forbidden' } });
    simulation.send(decide('eve', 'approved', { as: eve }));
    expect(started(simulation)).toEqual(['yes']);
    expect(told(simulation)).toEqual(['approval.delegated', 'approval.delegated', 'approval.decided']);
  });

  test('that cannot be asked fails its node with what is wrong', () => {
    for (const [op, text] of [
      [{ approvers: ['{{ input.who }}'] }, 'approvers'],
      [{ timeout: '{{ input.who }}' }, 'timeout'],
      [{ remind: [5, '{{ input.who }}'] }, 'remind[1]'],
      [{ escalate: { after: '{{ input.who }}', to: ['role:admin'] } }, 'escalate.after'],
      [{ escalate: { after: 1, to: '{{ input.who }}' } }, 'escalate.to'],
    ] satisfies [object, string][]) {
      const simulation = simulate(askPlan(op), () => ({}), { who: 'Ada' });
      expect(simulation.memory.outcome?.failure).toMatchObject({
        code: 'invalid_params',
        message: expect.stringContaining(text),
      });
      expect(simulation.commands).toEqual([]);
    }
  });
});

describe('the row of an approval', () => {
  test('is closed with its node, whatever ended that', () => {
    const cancelled = asking(askPlan());
    cancelled.send({ type: 'cancel' });
    expect(rowOf(cancelled)).toMatchObject({ state: 'cancelled', decisions: [] });
    const timedOut = asking(askPlan({}, { timeoutMs: 10 }));
    timedOut.wait(10);
    expect(timedOut.memory.outcome?.failure?.code).toBe('node_timeout');
    expect(rowOf(timedOut)).toMatchObject({ state: 'cancelled' });
  });

  test('is there before it is closed: a node that is stopped while it opens ends afterwards', () => {
    const simulation = simulate(askPlan(), () => ({}), { who: 'Ada' });
    simulation.send({ type: 'cancel' });
    expect(simulation.memory.phase).toBe('main');
    simulation.answer(0);
    expect(rowOf(simulation)).toMatchObject({ state: 'cancelled' });
    expect(simulation.memory.outcome?.state).toBe('CANCELLED');
  });

  test('that cannot be opened fails the node, and is not closed', () => {
    const simulation = simulate(askPlan(), () => ({}), { who: 'Ada' });
    const failure = { code: 'invalid_params', message: 'x', retryable: false, nodePath: 'ask' };
    simulation.send({ type: 'approvalRefused', path: 'ask', attempt: 1, failure });
    expect(simulation.memory.outcome).toMatchObject({ state: 'FAIL', failure: { code: 'invalid_params' } });
    expect(commandsOf(simulation, 'recordApproval')).toEqual([]);
  });

  test('a decision that comes while it opens counts when it is open', () => {
    const simulation = simulate(askPlan(), () => ({}), { who: 'Ada' });
    simulation.send(decide('a'));
    expect(started(simulation)).toEqual([]);
    simulation.answer(0);
    expect(started(simulation)).toEqual(['yes']);
  });
});
