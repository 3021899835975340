/** Approvals on real engines: who decides, what a run makes of it, and answers that meet. */
import { UPDATES } from '../../../src/workflows/contract';
import { createApprovalWorld, manager, outcomeOf, type ApprovalWorld, type Outcome } from '../../support/approval-world';
import { createTally, expectGood } from '../../support/tally';

const ASK = `
nodes:
  ask:
    type: approval
    params: { title: 'Order {{ input.order ?? 0 }}', approvers: ['group:managers'], timeout: '{{ input.timeout ?? "1h" }}' }
    next: { approved: yes, rejected: no }
  yes: { type: transform, params: { output: approved } }
  no: { type: transform, params: { output: rejected } }
`;
const BRANCHES = `
nodes:
  a: { type: approval, params: { title: A, approvers: ['group:managers'] }, next: { approved: end } }
  b: { type: approval, params: { title: B, approvers: ['group:managers'] }, next: { approved: end } }
  end: { type: transform, join: all, params: { output: '{{ [nodes.a.decisions[0].by, nodes.b.decisions[0].by] }}' } }
`;
const LOOP = `
nodes:
  each:
    type: loop
    params: { items: [0, 1, 2], as: item, concurrency: 3 }
    nodes: { ask: { type: approval, params: { title: 'Item {{ item }}', approvers: ['group:managers'] } } }
`;
const TIMES = 50;

describe('approvals', () => {
  let world: ApprovalWorld;
  let ask: string;
  beforeAll(async () => {
    world = await createApprovalWorld();
    ask = await world.save(ASK);
  }, 120_000);
  afterAll(async () => world.stopAll());

  const winnerOf = async (id: string) => (await world.get(id)).decisions.map(({ by, decision }) => `${by} ${decision}`);

  test('the inbox shows it, a decision ends it, repeats tell the same, others the winner', async () => {
    const run = await world.begin(ask, { order: 7 });
    const { id } = await world.open(run);
    const mine = await world.approvals.list(manager('max'), { mine: true }, { limit: 100, offset: 0 });
    expect(mine.items.find((row) => row.id === id)).toMatchObject({
      title: 'Order 7',
      state: 'open',
      approvers: ['group:managers'],
    });
    expect(await world.until(async () => ((await world.runs.get(world.me, run.id)).state === 'WAIT' ? true : undefined))).toBe(
      true,
    );
    expect(await world.decide(manager('eve', { groups: [] }), id)).toBe('forbidden');
    const decided = await world.approvals.decide(manager('max'), id, { decision: 'approved', note: 'fine' });
    expect(decided).toMatchObject({ state: 'approved', decidedBy: 'people', decisions: [{ by: 'acct_max', note: 'fine' }] });
    expect(await world.end(run)).toMatchObject({ state: 'DONE', output: { kind: 'inline', value: 'approved' } });
    expect(await world.get(id)).toEqual(decided);
    expect(await world.approvals.decide(manager('max'), id, { decision: 'approved' })).toEqual(decided);
    await expect(world.approvals.decide(manager('moe'), id, { decision: 'rejected' })).rejects.toMatchObject({
      code: 'conflict',
      details: { decision: 'approved', decisions: [{ by: 'acct_max', at: expect.stringMatching(/Z$/) }] },
    });
    expect(await world.replayed(run.id)).toEqual((await world.runs.journal(world.me, run.id, 0, 100)).entries);
  });

  test('20 clients decide at once: one decision', async () => {
    const tally = createTally('20 clients decide at once');
    for (let round = 0; round < 5; round += 1) {
      const run = await world.begin(ask);
      const { id } = await world.open(run);
      const answers = Array.from({ length: 20 }, (_, at) =>
        world.decide(manager(`m${at}`), id, at % 2 === 0 ? 'approved' : 'rejected'),
      );
      const outcomes = await Promise.all(answers);
      const { output } = await world.end(run);
      const row = await world.get(id);
      const counted = outcomes.filter((outcome) => outcome === true).length;
      const isOne = counted === 1 && row.decisions.length === 1 && outcomes.every((one) => one === true || one === 'conflict');
      tally.count(isOne && output?.kind === 'inline' && output.value === row.state, () => `${outcomes.join()} ${row.state}`);
    }
    expectGood(tally, 5);
  }, 60_000);

  test('answer against deadline: the one that counts is told to all', async () => {
    const tally = createTally('answer against deadline');
    const met = { people: 0, deadline: 0 };
    await inTurns(TIMES, async (round) => {
      const run = await world.begin(ask, { timeout: '300ms' });
      const { id, dueAt } = await world.open(run);
      await new Promise((resolve) => setTimeout(resolve, (dueAt?.getTime() ?? 0) - Date.now() - 80 + (round % 10) * 10));
      const outcome = await world.decide(manager('max'), id);
      const { output } = await world.end(run);
      const row = await world.get(id);
      met[row.decidedBy ?? 'people'] += 1;
      const counted = outcome === true;
      const inTime = row.decisions.every(({ at }) => at < (dueAt?.getTime() ?? 0));
      const isOne = counted === (row.state === 'approved') && counted === (row.decisions.length === 1) && inTime;
      tally.count(isOne && output?.kind === 'inline' && output.value === row.state, () => `${outcome} ${JSON.stringify(row)}`);
    });
    process.stdout.write(`answer against deadline: ${met.people} people, ${met.deadline} deadline\n`);
    expectGood(tally, TIMES);
  }, 120_000);

  test('answers during a hold: taken once, and what follows comes with the release', async () => {
    const tally = createTally('answer during hold');
    let heldFirst = 0;
    await inTurns(TIMES, async (round) => {
      const run = await world.begin(ask);
      const { id } = await world.open(run);
      // The run may have ended before.
      const hold = (): Promise<unknown> => world.runs.hold(world.me, run.id).catch(() => undefined);
      const holding = round % 2 === 0 ? hold() : undefined;
      if (round % 4 === 0) await holding;
      const answers = [world.decide(manager('max'), id), world.decide(manager('moe'), id, 'rejected')];
      await (holding ?? hold());
      const outcomes = await Promise.all(answers);
      const held = await world.runs.get(world.me, run.id);
      const row = await world.get(id);
      await world.runs.release(world.me, run.id).catch(() => undefined);
      const { output } = await world.end(run);
      const isOne = outcomes.filter((outcome) => outcome === true).length === 1 && row.decisions.length === 1;
      heldFirst += held.state === 'ON_HOLD' ? 1 : 0;
      tally.count(isOne && output?.kind === 'inline' && output.value === row.state, () => `${outcomes.join()} ${row.state}`);
    });
    process.stdout.write(`answer during hold: ${heldFirst} held when they had answered\n`);
    expectGood(tally, TIMES);
  }, 120_000);

  test('approvals in parallel branches: each its own', async () => {
    const tally = createTally('approvals in parallel branches');
    const flow = await world.save(BRANCHES);
    await inTurns(TIMES, async () => {
      const run = await world.begin(flow);
      const ids = (await Promise.all(['a', 'b'].map((path) => world.open(run, path)))).map(({ id }) => id);
      const outcomes = await Promise.all(['max', 'moe'].flatMap((who) => ids.map((id) => world.decide(manager(who), id))));
      const { output, state } = await world.end(run);
      const winners = (await Promise.all(ids.map(winnerOf))).flat().map((winner) => winner.split(' ')[0]);
      const isGood = outcomes.filter((one) => one === true).length === 2 && state === 'DONE' && winners.length === 2;
      const agrees = output?.kind === 'inline' && JSON.stringify(output.value) === JSON.stringify(winners);
      tally.count(isGood && agrees, () => `${outcomes.join()} ${winners.join()} ${JSON.stringify(output)}`);
    });
    expectGood(tally, TIMES);
  }, 120_000);

  test('approvals in loop iterations: each its own', async () => {
    const tally = createTally('approvals in loop iterations');
    const flow = await world.save(LOOP);
    await inTurns(TIMES, async () => {
      const run = await world.begin(flow);
      const ids = (await Promise.all([0, 1, 2].map((at) => world.open(run, `each[${at}]/ask`)))).map(({ id }) => id);
      const outcomes = await Promise.all(['max', 'moe'].flatMap((who) => ids.map((id) => world.decide(manager(who), id))));
      const { state } = await world.end(run);
      const winners = (await Promise.all(ids.map(winnerOf))).map((all) => all.length);
      const isGood = outcomes.filter((one) => one === true).length === 3 && state === 'DONE';
      tally.count(isGood && winners.join() === '1,1,1', () => `${outcomes.join()} ${winners.join()} ${state}`);
    });
    expectGood(tally, TIMES);
  }, 120_000);

  test('withdrawal against answer: one of them', async () => {
    const tally = createTally('withdrawal against answer');
    await inTurns(TIMES, async (round) => {
      const run = await world.begin(ask);
      const { id } = await world.open(run);
      const withdraw = (): Promise<Outcome> => outcomeOf(world.approvals.withdraw(world.me, id));
      const answer = (): Promise<Outcome> => world.decide(manager('max'), id);
      const both = await Promise.all(round % 2 === 0 ? [withdraw(), answer()] : [answer(), withdraw()]);
      const { state, error } = await world.end(run);
      const row = await world.get(id);
      const wasWithdrawn =
        row.state === 'withdrawn' && state === 'FAIL' && error?.code === 'withdrawn' && row.decisions.length === 0;
      const wasApproved = row.state === 'approved' && state === 'DONE' && row.decisions.length === 1;
      const loser = both.find((one) => one !== true);
      const isTold = both.filter((one) => one === true).length === 1 && loser === (wasApproved ? 'conflict' : 'gone');
      tally.count(isTold && (wasWithdrawn || wasApproved), () => `${both.join()} ${row.state} ${state}`);
    });
    expectGood(tally, TIMES);
  }, 120_000);

  test('a terminated run: its row is closed by the reconciler, an answer is told that nothing waits', async () => {
    const run = await world.begin(ask);
    const { id } = await world.open(run);
    await world.client.workflow.getHandle(run.id).terminate('by hand');
    expect(await world.end(run)).toMatchObject({ state: 'CANCELLED' });
    expect(await world.decide(manager('max'), id)).toBe('gone');
    expect((await world.get(id)).state).toBe('cancelled');
  });

  test('a signal from the Temporal UI decides; one that does not fit is passed over', async () => {
    const run = await world.begin(ask);
    const { id } = await world.open(run);
    const handle = world.client.workflow.getHandle(run.id);
    for (const input of [undefined, {}, { path: 'ask' }, { path: 'ask', decision: 'maybe' }, { path: 'x', decision: 'approved' }])
      await handle.signal('decide', input);
    const incomplete = handle.executeUpdate(UPDATES.decide, { args: [{ path: 'ask' }] });
    await expect(incomplete).rejects.toMatchObject({ cause: { type: 'invalid_request' } });
    await handle.signal('delegate', { path: 'ask', to: 'role:admin' });
    await handle.signal('decide', { path: 'ask', decision: 'rejected', by: 'ops', note: 'by hand' });
    expect(await world.end(run)).toMatchObject({ output: { value: 'rejected' } });
    expect(await world.get(id)).toMatchObject({
      approvers: ['group:managers', 'role:admin'],
      decisions: [{ by: 'ops', note: 'by hand' }],
    });
  });
});

/** `times` rounds, a few beside each other: they share one worker. */
const inTurns = async (times: number, work: (round: number) => Promise<void>): Promise<void> => {
  let next = 0;
  const walk = async (): Promise<void> => {
    while (next < times) {
      next += 1;
      await work(next - 1);
    }
  };
  await Promise.all(Array.from({ length: 5 }, walk));
};
