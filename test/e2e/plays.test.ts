/** The plays contract over HTTP on real engines: every state, its words, and one play for one key. */
import type { JsonObject } from '../../src/flow';
import { PLAY_STATES } from '../../src/api/plays/states';
import { sharedEngines } from '../support/engines';
import { openSocket } from '../support/socket-client';
import { startStack, type Stack } from '../support/stack';
import { createTally, expectGood } from '../support/tally';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ temporalAddress, mongodbUri });
});
afterAll(async () => stack.stop());

interface Layer extends JsonObject {
  readonly id: string;
  readonly ref: string;
  readonly state: string;
}
const get = <T = JsonObject>(method: string, path: string, body?: unknown): Promise<T> => stack.client.get<T>(method, path, body);
const say = (text: string, more: JsonObject = {}): JsonObject => ({
  ref: 'say',
  appId: 'template',
  args: { template: text },
  ...more,
});
const save = async (layers: readonly JsonObject[], more: JsonObject = {}): Promise<string> =>
  (await get<{ id: string }>('POST', '/api/flows', { name: 'Play', layers, ...more })).id;
const run = async (flow: string, body: JsonObject = {}): Promise<{ playId: string; state: string; argsDiffer?: boolean }> =>
  get('POST', `/api/flows/${flow}/run`, body);
const begin = async (layers: readonly JsonObject[], args: JsonObject = {}): Promise<string> =>
  (await run(await save(layers), { args })).playId;
const until = async (id: string, wanted: string): Promise<JsonObject> => {
  for (const since = Date.now(); ;) {
    const play = await get('GET', `/api/plays/${id}`);
    if (play['state'] === wanted) return play;
    if (Date.now() - since > 15_000) throw new Error(`${id} is ${JSON.stringify(play['state'])}, not ${wanted}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const layersOf = (id: string): Promise<Layer[]> => get('GET', `/api/plays/${id}/layers`);
const layer = async (id: string, ref: string): Promise<Layer | undefined> => (await layersOf(id)).find((one) => one.ref === ref);
const ASKS = say('paid', { needsApproval: true });

describe('each of the nine states is reached', () => {
  const seen = new Set<string>();
  const reach = async (id: string, state: string): Promise<JsonObject> => {
    const play = await until(id, state);
    seen.add(state);
    return play;
  };
  afterAll(() => expect([...seen].toSorted()).toEqual([...PLAY_STATES].toSorted()));

  test('DONE, with what its layers gave', async () => {
    const id = await begin(
      [
        say('Hello {{ $prev.args.who }}'),
        { ref: 'loud', appId: 'var', index: 1, args: { values: { text: '{{ upper $prev.say.result }}' } } },
      ],
      { who: 'Ada' },
    );
    expect(await reach(id, 'DONE')).toMatchObject({ args: { who: 'Ada' }, duration: expect.any(Number) });
    expect(await layersOf(id)).toMatchObject([
      { ref: 'say', state: 'DONE', out: { result: 'Hello Ada' } },
      { ref: 'loud', state: 'DONE', out: { text: 'HELLO ADA' } },
    ]);
  });

  test('FAIL, with the reason at the play and at its layer', async () => {
    const id = await begin([say('{{ $prev.args.missing }}')]);
    expect(await reach(id, 'FAIL')).toMatchObject({ error: { code: 'expression_error', layer: 'say' } });
    expect(await layer(id, 'say')).toMatchObject({ state: 'FAIL', error: { code: 'expression_error' } });
  });

  test('SKIP: a layer whose failure is skipped, and nothing else', async () => {
    const id = await begin([say('{{ $prev.args.missing }}', { onError: 'skip' })]);
    await reach(id, 'SKIP');
    expect(await layer(id, 'say')).toMatchObject({ state: 'SKIP' });
  });

  test('FILTERED: every layer was', async () => {
    const id = await begin([say('x', { filters: [{ leftValue: '{{ $prev.args.n }}', operator: 'gt', rightValue: 5 }] })], {
      n: 1,
    });
    await reach(id, 'FILTERED');
    expect(await layer(id, 'say')).toMatchObject({ state: 'FILTERED' });
  });

  test('DEFERRED: a layer that begins later', async () => {
    const id = await begin([say('x', { deferAfterMs: 60_000 })]);
    await reach(id, 'DEFERRED');
    expect(await layer(id, 'say')).toMatchObject({ state: 'DEFERRED' });
    await get('POST', `/api/plays/${id}/cancel`);
    expect(await reach(id, 'FAIL')).toMatchObject({ cancelled: true });
  });

  test('WAIT for an approval, then DONE; a declined layer is FAIL', async () => {
    const id = await begin([ASKS]);
    await reach(id, 'WAIT');
    const waiting = await layer(id, 'say');
    expect(waiting).toMatchObject({ state: 'WAIT' });
    const approve = (play: string, layerId: string, decision: string) =>
      stack.client.ask('POST', `/api/plays/${play}/approve`, { body: { layerId, decision, note: 'fine' } });
    expect((await approve(id, 'nrun_none', 'approved')).status).toBe(404);
    expect((await approve(id, waiting?.id ?? '', 'maybe')).status).toBe(400);
    expect((await approve(id, waiting?.id ?? '', 'approved')).status).toBe(200);
    await reach(id, 'DONE');
    expect(await layer(id, 'say')).toMatchObject({ state: 'DONE', out: { result: 'paid' } });
    expect((await approve(id, waiting?.id ?? '', 'declined')).status).toBe(409);

    const second = await begin([ASKS]);
    await until(second, 'WAIT');
    expect((await approve(second, (await layer(second, 'say'))?.id ?? '', 'declined')).status).toBe(200);
    expect(await until(second, 'FAIL')).toMatchObject({ error: { code: 'declined' } });
  });

  test('ON_HOLD, and on', async () => {
    const id = await begin([ASKS]);
    await until(id, 'WAIT');
    expect(await get('POST', `/api/plays/${id}/hold`, { reason: 'lunch' })).toMatchObject({ state: 'ON_HOLD' });
    await reach(id, 'ON_HOLD');
    await get('POST', `/api/plays/${id}/release`);
    await until(id, 'WAIT');
    await get('POST', `/api/plays/${id}/cancel`);
    await until(id, 'FAIL');
    expect((await stack.client.ask('POST', `/api/plays/${id}/hold`, { body: {} })).status).toBe(409);
  });

  test('RUN with a worker, NEW without one', async () => {
    const flow = await save([say('x'), { ref: 'slow', appId: 'template', index: 1, args: { template: 'y' }, deferAfterMs: 1 }]);
    const started = await run(flow);
    expect(['RUN', 'DEFERRED']).toContain(started.state);
    const fast = await run(await save([say('x')]));
    expect(fast.state).toBe('RUN');
    seen.add(fast.state);
    await until(fast.playId, 'DONE');
    await stack.stopWorker();
    const alone = await run(flow);
    expect(alone.state).toBe('NEW');
    await reach(alone.playId, 'NEW');
    await stack.startWorker();
    await until(alone.playId, 'DONE');
  });
});

describe('one key, one play', () => {
  test('R5: 50 parallel starts with one key, 40 keys', async () => {
    const flow = await save([say('x')]);
    const tally = createTally('R5 keys of 50 parallel starts with one play each');
    for (let n = 0; n < 40; n += 1) {
      const starts = await Promise.all(
        Array.from({ length: 50 }, () => run(flow, { args: { n }, idempotencyKey: `order-${n}` })),
      );
      const ids = new Set(starts.map(({ playId }) => playId));
      tally.count(
        ids.size === 1 && starts.every(({ argsDiffer }) => argsDiffer === undefined),
        () => `key ${n}: ${ids.size} plays`,
      );
    }
    expectGood(tally, 40);
    expect(await get('GET', `/api/flows/${flow}/plays`)).toMatchObject({ total: 40, size: 25, pages: 2 });
  });

  test('other args: the same play, which says so; after a failure a new one takes the key', async () => {
    const flow = await save([say('{{ $prev.args.who }}')]);
    const first = await run(flow, { args: { who: 'Ada' }, idempotencyKey: 'k' });
    await until(first.playId, 'DONE');
    expect(await run(flow, { args: { who: 'Eve' }, idempotencyKey: 'k' })).toMatchObject({
      playId: first.playId,
      argsDiffer: true,
    });
    const failed = await run(flow, { idempotencyKey: 'f' });
    await until(failed.playId, 'FAIL');
    const again = await Promise.all(Array.from({ length: 20 }, () => run(flow, { args: { who: 'Bob' }, idempotencyKey: 'f' })));
    expect(new Set(again.map(({ playId }) => playId)).size).toBe(1);
    expect(again[0]?.playId).not.toBe(failed.playId);
    expect(await get('GET', `/api/flows/${flow}/plays`)).toMatchObject({ total: 3 });
  });
});

describe('the socket', () => {
  test('tells a play from its start to its end, once, over the cookie of a log-in', async () => {
    const { username: email, password } = stack.credentials;
    const login = await stack.client.ask('POST', '/api/auth/login', { body: { email, password } });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const { socket } = await openSocket(`${stack.url}/api/ws`, { cookie });
    if (socket === undefined) throw new Error('the socket was refused');
    const id = await begin([ASKS, say('after', { ref: 'after', index: 1 })]);
    await until(id, 'WAIT');
    const waiting = await layer(id, 'say');
    await get('POST', `/api/plays/${id}/approve`, { layerId: waiting?.id, decision: 'approved' });
    await until(id, 'DONE');
    const of = () => socket.messages.filter(({ playId }) => playId === id);
    for (const since = Date.now(); of().at(-1)?.type !== 'play:completed' && Date.now() - since < 10_000;)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(of().map(({ type, ref, state }) => [type, ref, state])).toEqual([
      ['play:started', null, 'RUN'],
      ['play:layer:started', 'say', 'RUN'],
      ['play:waiting', 'say', 'WAIT'],
      ['play:layer:completed', 'say', 'DONE'],
      ['play:layer:started', 'after', 'RUN'],
      ['play:layer:completed', 'after', 'DONE'],
      ['play:completed', null, 'DONE'],
    ]);
    expect(of()[2]).toMatchObject({ layerId: waiting?.id });
    expect(of()[5]).toMatchObject({ out: { result: 'after' } });
    socket.raw.close();
  });
});

describe('flows as layers', () => {
  test('layers added at the same time are all there; each is a version', async () => {
    const flow = await save([]);
    const added = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        get<Layer>('POST', `/api/flows/${flow}/layers`, { ref: `l${n}`, appId: 'template', args: { template: `${n}` } }),
      ),
    );
    expect((await get<Layer[]>('GET', `/api/flows/${flow}/layers`)).map(({ ref }) => ref).toSorted()).toEqual(
      Array.from({ length: 8 }, (_, n) => `l${n}`),
    );
    const [one] = added;
    expect(await get('PUT', `/api/flows/${flow}/layers/${one?.id ?? ''}`, { index: 3 })).toMatchObject({
      id: one?.id,
      index: 3,
      ref: one?.ref,
    });
    await get('DELETE', `/api/flows/${flow}/layers/${added[1]?.id ?? ''}`);
    expect(await get('GET', `/api/flows/${flow}`)).toMatchObject({ version: 11, form: 'plays', enabled: true });
    const bad = await stack.client.ask('POST', `/api/flows/${flow}/layers`, { body: { ref: 'l0', appId: 'nothing' } });
    expect(bad).toMatchObject({ status: 422, body: { error: 'VALIDATION_ERROR', statusCode: 422 } });
    expect(await get('GET', `/api/flows/${flow}`)).toMatchObject({ version: 11 });
  });

  test('a disabled flow runs with force alone; a flow of another form keeps its definition', async () => {
    const flow = await save([say('x')], { category: 'finance' });
    await get('PUT', `/api/flows/${flow}`, { enabled: false });
    expect((await stack.client.ask('POST', `/api/flows/${flow}/run`, { body: {} })).status).toBe(409);
    await until((await run(flow, { force: true })).playId, 'DONE');
    expect(await get('GET', '/api/flows?category=finance&enabled=false')).toMatchObject({ total: 1, data: [{ id: flow }] });
    const native = await stack.client.save('nodes: { a: { type: transform, params: { output: 1 } } }', 'Native');
    expect(await get('GET', `/api/flows/${native}`)).toMatchObject({ form: 'native', layers: [] });
    expect((await stack.client.ask('PUT', `/api/flows/${native}`, { body: { layers: [] } })).status).toBe(409);
    expect(await get('PUT', `/api/flows/${native}`, { category: 'c' })).toMatchObject({ category: 'c', version: 1 });
  });
});
