import { createDecideStart } from '../../../src/service/runs/decide-start';
import { createVersionCache } from '../../../src/service/runs/plan-cache';
import { away } from '../../support/fake-temporal';
import { aPrincipal, createTestServices, HELLO } from '../../support/services';

const make = async (definition = HELLO, prepare?: Parameters<typeof createTestServices>[0]) => {
  const made = createTestServices(prepare);
  const flow = await made.flows.create(made.principal, { definition });
  const begin = (input: Parameters<typeof made.runs.start>[1] | object = {}, options?: { waitMs?: number }) =>
    made.runs.start(made.principal, { flowId: flow.id, input: { who: 'Ada' }, ...input }, options);
  const rows = async () => (await made.stores.runs.list('ws_1', {}, { limit: 100, offset: 0 })).items;
  const argsOf = (runId: string) => made.temporal.runs.get(runId)?.request?.args;
  return { ...made, flow, begin, rows, argsOf };
};

describe('a start (S1)', () => {
  test('inserts the row, starts the workflow with the run id, and answers', async () => {
    const { begin, temporal, flow, argsOf } = await make();
    const { run, created } = await begin();
    expect(created).toBe(true);
    expect(run).toMatchObject({
      state: 'NEW',
      flowId: flow.id,
      version: 1,
      keyed: false,
      input: { kind: 'inline', value: { who: 'Ada' } },
    });
    expect(run.id).toMatch(/^run_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(temporal.calls).toEqual(['start start join']);
    expect(temporal.runs.get(run.id)?.request).toMatchObject({
      summary: 'Hello v1',
      attributes: { flow: flow.id, workspace: 'ws_1' },
    });
    expect(argsOf(run.id)).toMatchObject({
      kind: 'start',
      plan: { kind: 'inline' },
      input: { kind: 'inline' },
      searchable: true,
    });
  });

  test('Temporal times a run out one day after its own limit (P10)', async () => {
    const { begin, temporal } = await make(`${HELLO}timeout: 1h\n`);
    const { run } = await begin();
    expect(temporal.runs.get(run.id)?.request?.executionTimeoutMs).toBe(25 * 3_600_000);
  });

  test('costs one write; with a key two', async () => {
    const writes: string[] = [];
    const watched = { runs: ['insert', 'applyHead', 'close'], idempotency: ['claim'], journal: ['append'] };
    const { begin } = await make(HELLO, (stores) => {
      for (const [part, methods] of Object.entries(watched)) {
        const store = stores[part as 'runs'] as unknown as Record<string, (...args: unknown[]) => unknown>;
        for (const method of methods) {
          const real = store[method];
          store[method] = (...args) => (writes.push(`${part}.${method}`), real?.(...args));
        }
      }
    });
    await begin();
    expect(writes.splice(0)).toEqual(['runs.insert']);
    await begin({ idempotencyKey: 'k' });
    expect(writes).toEqual(['idempotency.claim', 'runs.insert']);
  });

  test('a large input becomes a claim, a large plan travels by reference, a large run reads back whole', async () => {
    const { begin, argsOf, runs, principal } = await make();
    const { run } = await begin({ input: { who: 'x'.repeat(70_000) } });
    expect(argsOf(run.id)).toMatchObject({ plan: { kind: 'inline' }, input: { kind: 'claim' } });
    expect(run.input).toMatchObject({ kind: 'inline' });
    expect((await runs.get(principal, run.id)).input).toEqual({ kind: 'inline', value: { who: 'x'.repeat(70_000) } });

    const wide = Array.from({ length: 400 }, (_, n) => `  n${n}: { type: log, params: { message: "${'m'.repeat(200)}" } }`).join(
      '\n',
    );
    const big = await make(`nodes:\n${wide}\n`);
    const { run: second } = await big.begin();
    expect(big.argsOf(second.id)).toMatchObject({ plan: { kind: 'ref', version: 1 }, input: { kind: 'inline' } });
  });

  test('takes the version that is asked for', async () => {
    const { begin, flows, principal, flow } = await make();
    await flows.update(principal, flow.id, { definition: HELLO.replace('1.2.0', '2.0.0') });
    expect((await begin()).run.version).toBe(2);
    expect((await begin({ version: 1 })).run.version).toBe(1);
    await expect(begin({ version: 3 })).rejects.toMatchObject({ code: 'not_found' });
  });

  test.each([
    ['an input that does not validate', { input: {} }, 'validation_error'],
    ['an unknown flow', { flowId: 'flow_none' }, 'not_found'],
  ])('%s is refused and nothing is stored', async (_, input, code) => {
    const { begin, rows, temporal } = await make();
    await expect(begin(input)).rejects.toMatchObject({ code });
    expect(await rows()).toEqual([]);
    expect(temporal.calls).toEqual([]);
  });

  test('a disabled flow refuses, a foreign one is unknown', async () => {
    const { begin, flows, runs, principal, flow } = await make();
    await flows.update(principal, flow.id, { enabled: false });
    await expect(begin()).rejects.toMatchObject({ code: 'flow_disabled' });
    const start = { flowId: flow.id, input: { who: 'x' } };
    await expect(runs.start(aPrincipal({ workspace: 'ws_2' }), start)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('Idempotency-Key', () => {
  test('the same key and body is the same run, in any order of members', async () => {
    const { begin, rows, temporal } = await make();
    const first = await begin({ idempotencyKey: 'k', input: { who: 'a', b: { c: 1, d: 2 } } });
    await temporal.answerQuery('x');
    const again = await begin({ idempotencyKey: 'k', input: { b: { d: 2, c: 1 }, who: 'a' } });
    expect(again).toMatchObject({ created: false, run: { id: first.run.id } });
    expect(await rows()).toHaveLength(1);
  });

  test('the same key and another body or version is a conflict', async () => {
    const { begin } = await make();
    await begin({ idempotencyKey: 'k' });
    await expect(begin({ idempotencyKey: 'k', input: { who: 'Bob' } })).rejects.toMatchObject({ code: 'idempotency_conflict' });
    await expect(begin({ idempotencyKey: 'k', version: 1 })).rejects.toMatchObject({ code: 'idempotency_conflict' });
  });

  test('a refused input does not use up its key', async () => {
    const { begin } = await make();
    await expect(begin({ idempotencyKey: 'k', input: {} })).rejects.toMatchObject({ code: 'validation_error' });
    expect((await begin({ idempotencyKey: 'k' })).created).toBe(true);
  });

  test('of 50 at once one makes the run', async () => {
    const { begin, rows } = await make();
    const all = await Promise.all(Array.from({ length: 50 }, () => begin({ idempotencyKey: 'k' })));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ run }) => run.id)).size).toBe(1);
    expect(await rows()).toHaveLength(1);
  });

  test('a repeat after an undecided start starts the same run, with its own version', async () => {
    const { begin, temporal, flows, principal, flow, argsOf } = await make();
    temporal.down = 'before';
    const error = (await begin({ idempotencyKey: 'k' }).catch((caught: unknown) => caught)) as { details: { runId: string } };
    temporal.down = undefined;
    await flows.update(principal, flow.id, { definition: HELLO.replace('1.2.0', '2.0.0') });
    const again = await begin({ idempotencyKey: 'k' });
    expect(again).toMatchObject({ created: false, run: { id: error.details.runId, version: 1 } });
    expect(argsOf(again.run.id)).toMatchObject({ origin: { version: 1 }, plan: { plan: { flow: { version: '1.2.0' } } } });
  });
});

describe('a start while something is down (S2)', () => {
  test.each(['before', 'after'] as const)('Temporal lost the call %s: undecided, and the run is named', async (down) => {
    const { begin, rows, temporal } = await make();
    temporal.down = down;
    const error = (await begin().catch((caught: unknown) => caught)) as { code: string; details: Record<string, unknown> };
    expect(error.code).toBe('unavailable');
    expect(error.details).toMatchObject({ runId: (await rows())[0]?.id });
    expect(error.details['retryAfterSeconds']).toBeGreaterThan(0);
  });

  test('the reconciler decides exactly once: an unkeyed start that never came is refused for good', async () => {
    const { begin, rows, temporal, stores, argsOf } = await make();
    const decide = createDecideStart({ temporal, findVersion: createVersionCache(stores.flows), searchable: true });
    temporal.down = 'before';
    await begin().catch(() => undefined);
    temporal.down = undefined;
    const [row] = await rows();
    if (row === undefined) throw new Error('no row');
    expect(await decide(row)).toBe('refused');
    expect(argsOf(row.id)).toMatchObject({ kind: 'refused', origin: { runId: row.id } });
    expect(await decide(row)).toBe('already_started');
  });

  test('an unkeyed start that had come through stays', async () => {
    const { begin, rows, temporal, stores, argsOf } = await make();
    const decide = createDecideStart({ temporal, findVersion: createVersionCache(stores.flows), searchable: true });
    temporal.down = 'after';
    await begin().catch(() => undefined);
    temporal.down = undefined;
    const [row] = await rows();
    if (row === undefined) throw new Error('no row');
    expect(await decide(row)).toBe('already_started');
    expect(argsOf(row.id)).toMatchObject({ kind: 'start' });
  });

  test('a keyed start is started with its real arguments', async () => {
    const { begin, rows, temporal, stores, argsOf } = await make();
    const decide = createDecideStart({ temporal, findVersion: createVersionCache(stores.flows), searchable: true });
    temporal.down = 'before';
    await begin({ idempotencyKey: 'k' }).catch(() => undefined);
    temporal.down = undefined;
    const [row] = await rows();
    if (row === undefined) throw new Error('no row');
    expect(await decide(row)).toBe('started');
    expect(argsOf(row.id)).toMatchObject({ kind: 'start', input: { value: { who: 'Ada' } } });
  });

  test('the store down: nothing is started', async () => {
    const { begin, temporal } = await make(HELLO, (stores) => {
      stores.runs.insert = () => Promise.reject(away());
    });
    await expect(begin()).rejects.toMatchObject({ code: 'unavailable' });
    expect(temporal.calls).toEqual([]);
  });
});
