/** API and worker apart: nothing of a run needs the other half's process. */
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';
import { startTarget, type Target } from '../support/target';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
let target: Target;
beforeAll(async () => {
  target = await startTarget();
  stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`], shape: 'halves' });
});
afterAll(async () => {
  await stack.stop();
  await target.close();
});

const FLOW = (): string => `
nodes:
  first: { type: http.request, params: { url: '${target.url}/a' }, next: w }
  w: { type: wait, params: { type: event, event: go }, next: second }
  second: { type: http.request, params: { url: '${target.url}/b', method: POST, body: { got: '{{ nodes.w }}' } }, next: end }
  end: { type: succeed, params: { output: '{{ nodes.second.status_code }}' } }`;

test('without eager start a run goes through both halves', async () => {
  const id = await stack.client.begin(await stack.client.save(FLOW(), 'Halves'));
  await stack.client.until(id, ['WAIT']);
  await stack.client.get('POST', `/api/v1/executions/${id}/events/go`, { data: 7 });
  expect(await stack.client.execution(id, 20)).toMatchObject({ state: 'DONE', result: 200 });
  expect(target.asked.at(-1)).toMatchObject({ path: '/b', body: '{"got":7}' });
});

test('a start is accepted while no worker runs; the run begins when one comes', async () => {
  await stack.stopWorker();
  const id = await stack.client.begin(await stack.client.save(FLOW(), 'Halves'));
  expect(await stack.client.execution(id, 1)).toMatchObject({ status: 'running' });
  await stack.startWorker();
  await stack.client.until(id, ['WAIT'], 20_000);
  await stack.client.get('POST', `/api/v1/executions/${id}/events/go`, { data: 7 });
  expect(await stack.client.execution(id, 20)).toMatchObject({ state: 'DONE' });
});

test('an event that comes while no worker runs is answered as undecided or delivered, and takes effect once', async () => {
  const id = await stack.client.begin(await stack.client.save(FLOW(), 'Halves'));
  await stack.client.until(id, ['WAIT']);
  await stack.stopWorker();
  const deliver = () =>
    stack.client.ask('POST', `/api/v1/executions/${id}/events/go`, { body: { data: 8 }, headers: { 'idempotency-key': 'once' } });
  const early = await deliver();
  expect([early.status, (early.body as { error?: { code: string } }).error?.code]).toEqual([503, 'decision_pending']);
  expect(early.ms).toBeLessThan(6_000);
  await stack.startWorker();
  const late = await deliver();
  expect([200, 409]).toContain(late.status);
  expect(await stack.client.execution(id, 20)).toMatchObject({ state: 'DONE' });
  expect(target.asked.filter(({ body }) => body === '{"got":8}')).toHaveLength(1);
}, 90_000);
