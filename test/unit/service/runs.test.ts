import { RepriseError } from '../../../src/flow';
import { UPDATES } from '../../../src/workflows/contract';
import { anEntry, aSummary } from '../../contract/store-factories';
import { aResult } from '../../support/fake-temporal';
import { aPrincipal, createTestServices, HELLO } from '../../support/services';

const make = async () => {
  const made = createTestServices();
  const flow = await made.flows.create(made.principal, { definition: HELLO });
  const { run } = await made.runs.start(made.principal, { flowId: flow.id, input: { who: 'Ada' } });
  made.temporal.calls.length = 0;
  return { ...made, flow, run, me: made.principal };
};
const completed = { kind: 'completed', at: 9_000, result: aResult({ output: { kind: 'inline', value: 'Hello Ada' } }) } as const;

describe('waiting for the end', () => {
  test('start with wait answers the ended run, and a read agrees with it', async () => {
    const { runs, me, flow, temporal } = await make();
    const { startRun } = temporal;
    temporal.startRun = async (request, conflict) => {
      const outcome = await startRun(request, conflict);
      setTimeout(() => temporal.end(request.runId, completed), 20);
      return outcome;
    };
    const { run } = await runs.start(me, { flowId: flow.id, input: { who: 'Ada' } }, { waitMs: 5_000 });
    expect(run).toMatchObject({
      state: 'DONE',
      output: { value: 'Hello Ada' },
      endedAt: new Date(9_000),
      startedAt: new Date(1_000),
    });
    expect(await runs.get(me, run.id)).toEqual(run);
  });

  test('at the deadline the ordinary reply comes', async () => {
    const { runs, me, run } = await make();
    expect((await runs.get(me, run.id, { waitMs: 20 })).state).toBe('NEW');
  });

  test('an ended run is answered at once, without asking Temporal', async () => {
    const { runs, me, run, temporal, stores } = await make();
    await stores.runs.close(run.id, { state: 'DONE', endedAt: new Date(5) });
    expect((await runs.get(me, run.id, { waitMs: 60_000 })).state).toBe('DONE');
    expect(temporal.calls).toEqual([]);
  });

  test('Temporal down: the ordinary reply', async () => {
    const { runs, me, run, temporal } = await make();
    temporal.down = 'before';
    expect((await runs.get(me, run.id, { waitMs: 5_000 })).state).toBe('NEW');
  });

  test('an output behind a claim is loaded; one that is gone stays a claim', async () => {
    const { runs, me, run, stores, artifacts } = await make();
    const ref = await artifacts.put(`ws_1/${run.id}/output`, Buffer.from('{"big":true}'), 'application/json');
    await stores.runs.close(run.id, { state: 'DONE', endedAt: new Date(5), output: { kind: 'claim', ref, known: [] } });
    expect((await runs.get(me, run.id)).output).toEqual({ kind: 'inline', value: { big: true } });
    await artifacts.delete(ref);
    expect((await runs.get(me, run.id)).output).toMatchObject({ kind: 'claim' });
  });
});

describe('control (X9-X11)', () => {
  test('cancel, hold and release are updates by the account', async () => {
    const { runs, me, run, temporal } = await make();
    await runs.cancel(me, run.id, 'no longer needed');
    temporal.answerUpdate = () => ({ state: 'ON_HOLD', seq: 7, outcome: 'changed' });
    expect(await runs.hold(me, run.id)).toMatchObject({ state: 'ON_HOLD', seq: 7 });
    temporal.answerUpdate = () => ({ state: 'RUN', seq: 8, outcome: 'changed' });
    expect(await runs.release(me, run.id)).toMatchObject({ state: 'RUN', seq: 8 });
    expect(temporal.updates.map(({ name }) => name)).toEqual([UPDATES.cancel, UPDATES.hold, UPDATES.release]);
    expect(temporal.updates[0]?.input).toEqual({ by: 'acct_1', reason: 'no longer needed' });
  });

  test('a repeated cancel joins the first; a second hold is one of its own', async () => {
    const { runs, me, run, temporal } = await make();
    await runs.cancel(me, run.id);
    await runs.cancel(me, run.id);
    await runs.hold(me, run.id);
    await runs.hold(me, run.id);
    const ids = temporal.updates.map(({ updateId }) => updateId);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[3]);
  });

  test('an ended run is a conflict, also when only Temporal knows that it ended', async () => {
    const { runs, me, run, temporal, stores } = await make();
    await stores.runs.applyHead(run.id, { state: 'RUN' });
    temporal.end(run.id, completed);
    await expect(runs.cancel(me, run.id)).rejects.toMatchObject({ code: 'conflict' });
    await stores.runs.close(run.id, { state: 'DONE', endedAt: new Date(5) });
    temporal.calls.length = 0;
    for (const refused of [
      runs.cancel(me, run.id),
      runs.hold(me, run.id),
      runs.release(me, run.id),
      runs.deliverEvent(me, run.id, { name: 'x', data: 1 }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'conflict' });
    expect(temporal.calls).toEqual([]);
  });

  test('an undecided start is decision_pending', async () => {
    const { runs, me, run, temporal } = await make();
    temporal.runs.delete(run.id);
    await expect(runs.cancel(me, run.id)).rejects.toMatchObject({ code: 'decision_pending' });
  });

  test('what the run refuses is told in its words; an outage is unavailable', async () => {
    const { runs, me, run, temporal } = await make();
    temporal.answerUpdate = () => {
      throw new RepriseError('conflict', 'The run keeps 100 events');
    };
    await expect(runs.deliverEvent(me, run.id, { name: 'x', data: 1 })).rejects.toMatchObject({
      message: 'The run keeps 100 events',
    });
    temporal.down = 'before';
    await expect(runs.hold(me, run.id)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('an event with an id is one delivery however often it is sent, one without is a new one each time', async () => {
    const { runs, me, run, temporal } = await make();
    temporal.answerUpdate = () => ({ state: 'WAIT', seq: 3, outcome: 'kept' });
    const event = { name: 'payment', key: 'o1', data: { ok: true } };
    expect(await runs.deliverEvent(me, run.id, { ...event, id: 'e1' })).toEqual({ outcome: 'kept' });
    await runs.deliverEvent(me, run.id, { ...event, id: 'e1' });
    await runs.deliverEvent(me, run.id, event);
    await runs.deliverEvent(me, run.id, event);
    const ids = temporal.updates.map(({ updateId }) => updateId);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(3);
    expect(temporal.updates[0]?.input).toEqual({ ...event, id: 'e1', by: 'acct_1' });
  });
});

describe('live views', () => {
  const live = { loading: false, state: 'WAIT', seq: 9, nodes: { a: aSummary({ state: 'WAIT' }) }, truncated: false };

  test('node states come from the run, one query for many readers', async () => {
    const { runs, me, run, temporal, time } = await make();
    temporal.answerQuery = () => live;
    const all = await Promise.all(Array.from({ length: 10 }, () => runs.nodes(me, run.id)));
    expect(all[9]).toMatchObject({ source: 'live', state: 'WAIT', seq: 9, nodes: { a: { state: 'WAIT' } } });
    expect(temporal.calls).toEqual(['query nodeState']);
    await runs.nodes(me, run.id);
    expect(temporal.calls).toHaveLength(1);
    time.now += 201;
    await runs.nodes(me, run.id);
    expect(temporal.calls).toHaveLength(2);
  });

  test('no worker, or a plan that is loading: from the head, and it says so', async () => {
    const { runs, me, run, temporal, stores, time } = await make();
    await stores.runs.applyHead(run.id, { state: 'RUN', seq: 2, nodes: { a: aSummary() } });
    expect(await runs.nodes(me, run.id)).toMatchObject({ source: 'head', seq: 2, nodes: { a: { state: 'RUN' } } });
    time.now += 1_000;
    temporal.answerQuery = () => ({ loading: true });
    expect((await runs.nodes(me, run.id)).source).toBe('head');
  });

  test('an answer that was cut is completed from the head', async () => {
    const { runs, me, run, temporal, stores } = await make();
    await stores.runs.applyHead(run.id, { state: 'RUN', seq: 2, nodes: { a: aSummary(), b: aSummary({ path: 'b' }) } });
    temporal.answerQuery = () => ({ ...live, truncated: true });
    expect((await runs.nodes(me, run.id)).nodes).toMatchObject({ a: { state: 'WAIT' }, b: { state: 'RUN' } });
  });

  test('an ended run answers from its head without a query', async () => {
    const { runs, me, run, temporal, stores } = await make();
    await stores.runs.close(run.id, { state: 'DONE', endedAt: new Date(5) });
    expect(await runs.nodes(me, run.id)).toMatchObject({ source: 'head', state: 'DONE' });
    expect((await runs.explain(me, run.id)).state).toBe('DONE');
    expect(temporal.calls).toEqual([]);
  });

  test('explain falls back to what the head knows', async () => {
    const { runs, me, run, stores } = await make();
    await stores.runs.applyHead(run.id, {
      state: 'ON_HOLD',
      waitingFor: ['event:x'],
      nodes: { a: aSummary({ state: 'DONE', action: 'ok' }) },
    });
    expect(await runs.explain(me, run.id)).toEqual({
      state: 'ON_HOLD',
      waitingFor: ['event:x'],
      held: true,
      nodes: { a: 'answered ok' },
    });
  });
});

describe('journal and log', () => {
  const filled = async () => {
    const made = await make();
    const at = { path: 'each[3]/greet', node: 'each/greet', nodeType: 'transform', nodeRunId: 'nrun_1' };
    await made.stores.journal.append([
      {
        runId: made.run.id,
        workspace: 'ws_1',
        epoch: 'e1',
        firstSeq: 1,
        entries: [
          { ...anEntry(1, 'Execution started'), type: 'run.started' },
          { ...anEntry(2, 'Node started'), type: 'node.started', level: 'debug', ...at },
          { ...anEntry(3, 'HTTP request successful'), type: 'node.ended', ...at, data: { status_code: 200 } },
          { ...anEntry(4, 'Execution completed'), type: 'run.ended', at: 5_000 },
        ],
      },
    ]);
    await made.stores.sideLog.append({
      runId: made.run.id,
      workspace: 'ws_1',
      nodeRunId: 'nrun_1',
      path: 'each[3]/greet',
      attempt: 1,
      n: 0,
      lines: [{ at: new Date(4_000), level: 'warn', message: 'from the script' }],
    });
    return made;
  };
  const page = { limit: 100, offset: 0 };

  test('the journal reads on from a seq', async () => {
    const { runs, me, run } = await filled();
    const read = await runs.journal(me, run.id, 1, 2);
    expect(read.entries.map((entry) => entry.seq)).toEqual([2, 3]);
    expect(read.lastSeq).toBe(3);
  });

  test('log lines come by time, with their node; the first and last name the node they begin and end with', async () => {
    const { runs, me, run } = await filled();
    const { items, total } = await runs.logs(me, run.id, {}, page);
    expect(total).toBe(4);
    expect(items.map((line) => line.message)).toEqual([
      'Execution started',
      'HTTP request successful',
      'from the script',
      'Execution completed',
    ]);
    expect(items.map((line) => line.nodeId)).toEqual(['each/greet', 'each/greet', 'each/greet', 'each/greet']);
    expect(items[1]).toMatchObject({ nodeType: 'transform', data: { status_code: 200 } });
  });

  test('a level is asked for exactly; debug comes only then', async () => {
    const { runs, me, run } = await filled();
    expect((await runs.logs(me, run.id, { level: 'debug' }, page)).items.map((line) => line.message)).toEqual(['Node started']);
    expect((await runs.logs(me, run.id, { level: 'warn' }, page)).total).toBe(1);
    expect((await runs.logs(me, run.id, {}, { limit: 1, offset: 1 })).items.map((line) => line.message)).toEqual([
      'HTTP request successful',
    ]);
  });
});

test('a foreign or unknown run is not found, whatever is asked', async () => {
  const { runs, run } = await make();
  const foreign = aPrincipal({ workspace: 'ws_2' });
  const page = { limit: 1, offset: 0 };
  for (const id of [run.id, 'run_none'])
    for (const refused of [
      runs.get(foreign, id),
      runs.get(foreign, id, { waitMs: 5_000 }),
      runs.cancel(foreign, id),
      runs.hold(foreign, id),
      runs.release(foreign, id),
      runs.deliverEvent(foreign, id, { name: 'x', data: 1 }),
      runs.nodes(foreign, id),
      runs.explain(foreign, id),
      runs.journal(foreign, id, 0, 10),
      runs.logs(foreign, id, {}, page),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'not_found' });
  expect((await runs.list(foreign, {}, page)).total).toBe(0);
});

test('readiness names each dependency', async () => {
  const { readiness, temporal } = createTestServices();
  expect(await readiness()).toEqual({ ready: true, checks: { mongodb: 'ok', temporal: 'ok' } });
  temporal.down = 'before';
  expect(await readiness()).toEqual({ ready: false, checks: { mongodb: 'ok', temporal: 'down' } });
});
