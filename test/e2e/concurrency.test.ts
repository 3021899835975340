/** Limits of flows and `runAt` over HTTP on real engines. Counts and states, never times. */
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ temporalAddress, mongodbUri });
});
afterAll(() => stack.stop());

const flowOf = (concurrency: string, work = '{ type: delay, params: { duration: 100ms } }') =>
  `concurrency: ${concurrency}\nnodes: { work: ${work} }`;
const WAITS = '{ type: wait, params: { type: event, event: go } }';
const run = (flow: string, body: unknown = {}) => stack.client.ask('POST', `/api/v1/flows/${flow}/run`, { body });
const idOf = (answer: { readonly body: unknown }): string => (answer.body as { execution_id: string }).execution_id;
const go = (id: string) => stack.client.ask('POST', `/api/v1/executions/${id}/events/go`, { body: {} });

/** How many runs were between their first node's start and their end at once, from their journals. */
const mostAtOnce = async (ids: readonly string[]): Promise<number> => {
  const steps: (readonly [number, number])[] = [];
  for (const id of ids)
    for (const { type, at } of await stack.client.journal(id)) {
      if (type === 'node.started') steps.push([Date.parse(String(at)), 1]);
      if (type === 'run.ended') steps.push([Date.parse(String(at)), -1]);
    }
  let now = 0;
  return Math.max(...steps.toSorted(([a, up], [b, down]) => a - b || up - down).map(([, step]) => (now += step)));
};

describe('a limit of 3 that queues', () => {
  test('of 50 parallel starts never more than 3 run, and all end', async () => {
    const flow = await stack.client.save(flowOf('{ limit: 3 }'), 'Queue');
    const ids = (await Promise.all(Array.from({ length: 50 }, () => run(flow)))).map(idOf);
    for (const id of ids) await stack.client.until(id, ['DONE']);
    expect(await mostAtOnce(ids)).toBeLessThanOrEqual(3);
  });

  test('a holder that is terminated leaks nothing', async () => {
    const flow = await stack.client.save(flowOf('{ limit: 1 }', WAITS), 'Terminated');
    const holder = await stack.client.begin(flow);
    await stack.client.until(holder, ['WAIT']);
    const next = await stack.client.begin(flow);
    await stack.client.until(next, ['DEFERRED']);
    await stack.temporal.workflow.getHandle(holder).terminate('a test');
    // Nobody tells it: it looks again by itself, each time after twice as long.
    await stack.client.until(next, ['WAIT'], 80_000);
    await go(next);
    expect(await stack.client.until(next, ['DONE'])).toMatchObject({ state: 'DONE' });
  }, 120_000);
});

describe('what a full flow says', () => {
  test('reject: 409, and a start when a slot is free; other keys have slots of their own', async () => {
    const flow = await stack.client.save(flowOf('{ limit: 1, key: input.customer, onLimit: reject }', WAITS), 'Reject');
    const first = idOf(await run(flow, { input: { customer: 'a' } }));
    expect(await run(flow, { input: { customer: 'a' } })).toMatchObject({ status: 409 });
    expect((await run(flow, { input: { customer: 'b' } })).status).toBe(201);
    expect((await run(flow, { input: {} })).status).toBe(422);
    await stack.client.until(first, ['WAIT']);
    await go(first);
    await stack.client.until(first, ['DONE']);
    expect((await run(flow, { input: { customer: 'a' } })).status).toBe(201);
  });

  test('coalesce: the run that is under way', async () => {
    const flow = await stack.client.save(flowOf('{ limit: 1, onLimit: coalesce }', WAITS), 'Coalesce');
    const ids = (await Promise.all(Array.from({ length: 10 }, () => run(flow)))).filter(({ status }) => status === 201).map(idOf);
    expect(new Set(ids).size).toBe(1);
  });

  test('cancelOldest: of three in a row the last one runs', async () => {
    const flow = await stack.client.save(flowOf('{ limit: 1, onLimit: cancelOldest }', WAITS), 'Oldest');
    const a = await stack.client.begin(flow);
    await stack.client.until(a, ['WAIT']);
    const b = await stack.client.begin(flow);
    await stack.client.until(a, ['CANCELLED']);
    await stack.client.until(b, ['WAIT']);
    const c = await stack.client.begin(flow);
    await stack.client.until(b, ['CANCELLED']);
    expect(await stack.client.until(c, ['WAIT'])).toMatchObject({ state: 'WAIT' });
  });
});

describe('runAt', () => {
  const flow = () => stack.client.save('nodes: { work: { type: transform, params: { output: 1 } } }', 'Later');

  test('a run is DEFERRED until its time, then runs', async () => {
    const runAt = new Date(Date.now() + 1_500).toISOString();
    const answer = await run(await flow(), { runAt });
    expect(answer).toMatchObject({ status: 201, body: { run_at: runAt } });
    await stack.client.until(idOf(answer), ['DEFERRED']);
    await stack.client.until(idOf(answer), ['DONE']);
  });

  test('a deferred run is held, released and cancelled like any other', async () => {
    const id = idOf(await run(await flow(), { runAt: new Date(Date.now() + 3_600_000).toISOString() }));
    await stack.client.until(id, ['DEFERRED']);
    expect(await stack.client.ask('POST', `/api/v1/executions/${id}/hold`, { body: {} })).toMatchObject({
      body: { state: 'ON_HOLD' },
    });
    expect(await stack.client.ask('POST', `/api/v1/executions/${id}/release`)).toMatchObject({ body: { state: 'DEFERRED' } });
    await stack.client.ask('DELETE', `/api/v1/executions/${id}`);
    await stack.client.until(id, ['CANCELLED']);
  });

  test.each(['tomorrow', '2999-01-01T00:00:00Z', '2026-01-01T00:00:00'])('%s is 400', async (runAt) => {
    expect((await run(await flow(), { runAt })).status).toBe(400);
  });
});
