/** An engine goes away and comes back: 503 within five seconds, nothing lost, no restart of ours. */
import { startTestMongo, startTestTemporal, type TestEngine, type TestMongo, type TestTemporal } from '../support/engines';
import type { Client } from '../support/client';
import { startStack, type Stack } from '../support/stack';

let temporal: TestTemporal;
let mongo: TestMongo;
let stack: Stack;
beforeAll(async () => {
  [temporal, mongo] = await Promise.all([startTestTemporal(), startTestMongo()]);
  stack = await startStack({ temporalAddress: temporal.address, mongodbUri: mongo.uri });
});
afterAll(async () => {
  await stack.stop();
  await Promise.all([temporal.stop(), mongo.stop()]);
});

const WAITING = `
nodes:
  w: { type: wait, params: { type: event, event: go }, next: d }
  d: { type: transform, params: { output: '{{ nodes.w }}' } }`;

/** A route's answer while an engine is down. */
const expectUnavailable = async (client: Client, method: string, path: string, body?: unknown): Promise<unknown> => {
  const answer = await client.ask(method, path, body === undefined ? {} : { body });
  expect([path, answer.status, answer.body]).toMatchObject([
    path,
    503,
    { error: { code: expect.stringMatching(/^(unavailable|decision_pending)$/) as unknown } },
  ]);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(answer.ms).toBeLessThan(5_000);
  return answer.body;
};

/** Until the API says that all is well again. */
const expectReady = async (client: Client, since = Date.now()): Promise<void> => {
  while ((await client.ask('GET', '/readyz')).status !== 200) {
    if (Date.now() - since > 30_000) throw new Error('not ready 30 s after the engine came back');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const down = async (engine: TestEngine, work: () => Promise<void>): Promise<void> => {
  await engine.kill();
  try {
    await work();
  } finally {
    await engine.restart();
  }
};

test('Temporal down: starts are undecided and named, reads go on; afterwards no unkeyed one ever ran, keyed ones did', async () => {
  const { client } = stack;
  const flow = await client.save(WAITING, 'Waiting');
  const before = await client.begin(flow);
  await client.until(before, ['WAIT']);
  const undecided: { keyed: string; unkeyed: string } = { keyed: '', unkeyed: '' };
  await down(temporal, async () => {
    const idOf = (body: unknown): string =>
      String((body as { error: { details: { execution_id?: string } } }).error.details.execution_id);
    undecided.unkeyed = idOf(await expectUnavailable(client, 'POST', `/api/v1/flows/${flow}/run`, { input: {} }));
    const keyed = await client.start(flow, {}, { key: 'k' });
    expect([keyed.status, keyed.ms < 5_000]).toEqual([503, true]);
    undecided.keyed = idOf(keyed.body);
    await expectUnavailable(client, 'POST', `/api/v1/executions/${before}/events/go`, { data: 1 });
    expect(await client.execution(before)).toMatchObject({ state: 'WAIT' });
    expect(await client.ask('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { checks: { temporal: 'down', mongodb: 'ok' } },
    });
    expect((await client.ask('GET', '/healthz')).status).toBe(200);
  });
  await expectReady(client);
  // The answer was "undecided": it may have been delivered since, or is now. A 503 asks to repeat.
  const send = () => client.ask('POST', `/api/v1/executions/${before}/events/go`, { body: { data: 1 } });
  let { status } = await send();
  for (let tries = 0; status === 503 && tries < 40; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    ({ status } = await send());
  }
  expect([200, 409]).toContain(status);
  expect(await client.execution(before, 20)).toMatchObject({ state: 'DONE', result: 1 });

  expect(await client.until(undecided.unkeyed, ['FAIL'], 60_000)).toMatchObject({ failure: { code: 'start_refused' } });
  await client.until(undecided.keyed, ['WAIT'], 60_000);
  const again = await client.start(flow, {}, { key: 'k' });
  expect(again).toMatchObject({ status: 201, body: { execution_id: undecided.keyed } });
  await client.get('POST', `/api/v1/executions/${undecided.keyed}/events/go`, { data: 2 });
  expect(await client.execution(undecided.keyed, 20)).toMatchObject({ state: 'DONE', result: 2 });
  expect((await client.journal(undecided.unkeyed)).filter(({ type }) => type === 'node.started')).toEqual([]);
}, 150_000);

test('MongoDB down: 503, while runs go on; afterwards their journals are whole', async () => {
  const { client } = stack;
  const flow = await client.save(
    `nodes:\n  p: { type: delay, params: { duration: 1500ms }, next: d }\n  d: { type: transform, params: { output: done } }`,
    'Delayed',
  );
  const running = await client.begin(flow);
  await down(mongo, async () => {
    await expectUnavailable(client, 'GET', '/api/v1/flows');
    await expectUnavailable(client, 'GET', `/api/v1/executions/${running}`);
    await expectUnavailable(client, 'POST', `/api/v1/flows/${flow}/run`, { input: {} });
    expect(await client.ask('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { checks: { temporal: 'ok', mongodb: 'down' } },
    });
    // The run ends without the store.
    expect(await stack.temporal.workflow.getHandle(running).result()).toMatchObject({ state: 'DONE' });
  });
  await expectReady(client);
  expect(await client.until(running, ['DONE'], 60_000)).toMatchObject({ result: 'done' });
  // What could not be kept meanwhile is rebuilt from Temporal's history.
  for (const since = Date.now(); ;) {
    const journal = await client.journal(running);
    const whole = journal.at(-1)?.type === 'run.ended' && journal.every(({ seq }, index) => seq === index + 1);
    if (whole) break;
    if (Date.now() - since > 60_000)
      throw new Error(`the journal has ${journal.map(({ seq, type }) => `${seq} ${type}`).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  expect(await client.begin(flow, {}, { wait: 20 })).toMatch(/^run_/);
}, 150_000);
