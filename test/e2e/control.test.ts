/** What moves and shows a live run from outside, over HTTP on real engines. */
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';
import { startTarget, type Target } from '../support/target';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
let target: Target;
beforeAll(async () => {
  target = await startTarget();
  stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`] });
});
afterAll(async () => {
  await stack.stop();
  await target.close();
});

const post = (id: string, what: string, body?: unknown) =>
  stack.client.ask('POST', `/api/v1/executions/${id}/${what}`, body === undefined ? {} : { body });

describe('hold and release', () => {
  const HOLDABLE = `
nodes:
  first: { type: wait, params: { type: event, event: go }, next: second }
  second: { type: transform, params: { output: '{{ nodes.first }}' } }`;

  test('a held run takes events and does nothing with them until it is released', async () => {
    const id = await stack.client.begin(await stack.client.save(HOLDABLE, 'Holdable'));
    await stack.client.until(id, ['WAIT']);
    expect(await post(id, 'hold', { reason: 'lunch' })).toMatchObject({
      status: 200,
      body: { state: 'ON_HOLD', status: 'running' },
    });
    expect(await post(id, 'hold', {})).toMatchObject({ status: 200, body: { state: 'ON_HOLD' } });
    expect((await post(id, 'events/go', { data: 7 })).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await stack.client.execution(id)).toMatchObject({ state: 'ON_HOLD' });
    expect((await post(id, 'release')).status).toBe(200);
    expect(await stack.client.execution(id, 15)).toMatchObject({ state: 'DONE', result: 7 });
    const types = (await stack.client.journal(id)).map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['run.held', 'run.released', 'event.received', 'run.ended']));
    for (const what of ['hold', 'release', 'events/go'])
      expect((await post(id, what, what === 'release' ? undefined : {})).status).toBe(409);
  });
});

describe('cancel', () => {
  test('stops the attempt, undoes what completed, runs finally; later it is 409', async () => {
    const definition = `
nodes:
  book:
    type: http.request
    params: { url: '${target.url}/book', method: POST }
    compensate: { type: http.request, params: { url: '${target.url}/unbook', method: POST } }
    next: slow
  slow: { type: http.request, params: { url: '${target.url}/hang', method: POST } }
finally:
  nodes: { note: { type: http.request, params: { url: '${target.url}/note', method: POST } } }`;
    const id = await stack.client.begin(await stack.client.save(definition, 'Cancelled'));
    await target.whenAsked('/hang');
    const del = () => stack.client.ask('DELETE', `/api/v1/executions/${id}`);
    expect(await del()).toMatchObject({ status: 200, body: { message: 'Execution cancelled successfully' } });
    expect(await stack.client.execution(id, 40)).toMatchObject({ status: 'cancelled', state: 'CANCELLED' });
    expect(target.asked.map(({ path }) => path)).toEqual(['/book', '/hang', '/unbook', '/note']);
    expect((await del()).status).toBe(409);
    expect(await stack.client.get('GET', `/api/v1/executions?status=canceled`)).toMatchObject({ executions: [{ id }], total: 1 });
  });
});

describe('events', () => {
  const TWO = `
nodes:
  one: { type: wait, params: { type: event, event: paid, key: '{{ input.order }}' }, next: two }
  two: { type: wait, params: { type: event, event: sent, timeout: 200ms }, next: { default: done, timeout: late } }
  done: { type: transform, params: { output: { paid: '{{ nodes.one }}', sent: '{{ nodes.two }}' } } }
  late: { type: transform, params: { output: { paid: '{{ nodes.one }}', late: true } } }`;

  test('one that comes before its wait is kept, one with another key is not the one, a delivery counts once', async () => {
    const id = await stack.client.begin(await stack.client.save(TWO, 'Events'), { order: 'a' });
    await stack.client.until(id, ['WAIT']);
    expect(await post(id, 'events/sent', { data: 2 })).toMatchObject({ status: 200, body: { outcome: 'kept' } });
    expect(await post(id, 'events/paid', { key: 'b', data: 0 })).toMatchObject({ status: 200, body: { outcome: 'kept' } });
    const named = { body: { key: 'a', data: 1 }, headers: { 'idempotency-key': 'delivery-1' } };
    expect(await stack.client.ask('POST', `/api/v1/executions/${id}/events/paid`, named)).toMatchObject({
      body: { outcome: 'delivered' },
    });
    expect(await stack.client.execution(id, 15)).toMatchObject({ state: 'DONE', result: { paid: 1, sent: 2 } });
  });

  test('a deadline that nothing meets takes its edge', async () => {
    const id = await stack.client.begin(await stack.client.save(TWO, 'Events'), { order: 'a' });
    await stack.client.until(id, ['WAIT']);
    await post(id, 'events/paid', { key: 'a', data: 1 });
    expect(await stack.client.execution(id, 15)).toMatchObject({ result: { paid: 1, late: true } });
  });

  test('100 early events are kept, the next is refused', async () => {
    const id = await stack.client.begin(await stack.client.save(TWO, 'Events'), { order: 'a' });
    await stack.client.until(id, ['WAIT']);
    for (let count = 0; count < 100; count += 1)
      expect(await post(id, `events/e${count}`, { data: count })).toMatchObject({ status: 200 });
    expect(await post(id, 'events/more', { data: 0 })).toMatchObject({ status: 409 });
    await stack.client.ask('DELETE', `/api/v1/executions/${id}`);
    await stack.client.execution(id, 15);
  });
});

describe('what a run shows', () => {
  const SHOWN = `
nodes:
  say: { type: log, params: { level: warn, message: 'Order {{ input.order }}' }, next: ask }
  ask: { type: http.request, name: Ask the target, params: { url: '{{ input.url }}/ok' }, next: { success: pause } }
  pause: { type: wait, params: { type: event, event: go }, next: end }
  end: { type: succeed, params: { output: '{{ nodes.ask.status_code }}' } }`;

  test('nodes live, journal without a gap, logs by level, an explanation', async () => {
    const id = await stack.client.begin(await stack.client.save(SHOWN, 'Shown'), { order: 7, url: target.url });
    await stack.client.until(id, ['WAIT']);
    const at = (what: string) => stack.client.get('GET', `/api/v1/executions/${id}/${what}`);
    expect(await at('nodes')).toMatchObject({
      source: 'live',
      state: 'WAIT',
      nodes: {
        say: { state: 'DONE' },
        ask: { state: 'DONE', name: 'Ask the target', node_type: 'http.request' },
        pause: { state: 'WAIT' },
      },
    });
    expect(await at('explain')).toMatchObject({ waiting_for: ['event:go'], held: false });
    expect(await at('logs?level=warn')).toMatchObject({
      logs: [{ level: 'warn', message: 'Order 7', node_id: 'say', node_type: 'log' }],
      total: 1,
    });
    expect(await at('logs?limit=100')).toMatchObject({
      logs: expect.arrayContaining([
        expect.objectContaining({
          message: 'HTTP request successful',
          node_id: 'ask',
          data: expect.objectContaining({ status_code: 200 }),
        }),
      ]) as unknown,
    });
    await post(id, 'events/go', {});
    expect(await stack.client.execution(id, 15)).toMatchObject({ state: 'DONE', result: 200 });
    const journal = await stack.client.journal(id);
    expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, index) => index + 1));
    expect(journal.at(-1)).toMatchObject({ type: 'run.ended', state: 'DONE' });
    expect(await at(`journal?after=${journal.length - 1}`)).toMatchObject({
      entries: [{ type: 'run.ended' }],
      last_seq: journal.length,
    });
    expect(await at('nodes')).toMatchObject({ state: 'DONE', nodes: { end: { state: 'DONE' } } });
  });

  test('without a worker the nodes come from the head, and it says so', async () => {
    const id = await stack.client.begin(await stack.client.save(SHOWN, 'Shown'), { order: 7, url: target.url });
    await stack.client.until(id, ['WAIT']);
    await stack.stopWorker();
    try {
      const { body, ms } = await stack.client.ask('GET', `/api/v1/executions/${id}/nodes`);
      expect(body).toMatchObject({ source: 'head', state: 'WAIT', nodes: { pause: { state: 'WAIT' } } });
      expect(ms).toBeLessThan(3_000);
    } finally {
      await stack.startWorker();
    }
    await post(id, 'events/go', {});
    expect(await stack.client.execution(id, 20)).toMatchObject({ state: 'DONE' });
  });

  test('the Temporal UI tells the story: summary, search attributes', async () => {
    const flow = await stack.client.save(SHOWN, 'Shown');
    const id = await stack.client.begin(flow, { order: 7, url: target.url });
    await stack.client.until(id, ['WAIT']);
    const described = await stack.temporal.workflow.getHandle(id).describe();
    const attributes = Object.fromEntries(described.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]));
    expect(attributes).toMatchObject({ RepriseFlow: flow, RepriseState: 'WAIT', RepriseWaitingFor: ['event:go'] });
    expect(attributes['RepriseSeq']).toBeGreaterThan(0);
    expect(await described.staticSummary()).toMatch(/Shown/);
    await post(id, 'events/go', {});
    await stack.client.execution(id, 15);
  });
});

describe('Idempotency-Key', () => {
  const PLAIN = `nodes: { a: { type: transform, params: { output: '{{ input.n }}' } } }`;

  test('the same key and body start one run, another body is refused', async () => {
    const flow = await stack.client.save(PLAIN, 'Keyed');
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => stack.client.start(flow, { n: 1 }, { key: 'k1', wait: 15 })),
    );
    expect(new Set(answers.map(({ body }) => body.execution_id)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(4);
    expect(await stack.client.start(flow, { n: 2 }, { key: 'k1' })).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_conflict' } },
    });
    expect(await stack.client.get('GET', `/api/v1/executions?flow_id=${flow}`)).toMatchObject({ total: 1 });
  });
});
