/** Schedules over HTTP on the real engine. Counts and states, never times. */
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';
import type { Execution } from '../support/client';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ temporalAddress, mongodbUri });
});
afterAll(() => stack.stop());

const FLOW = 'input: { type: object, required: [n] }\nnodes: { work: { type: transform, params: { output: "{{ input.n }}" } } }';
const PATH = '/api/v1/schedules';
const make = (body: Readonly<Record<string, unknown>>) => stack.client.ask<{ id: string }>('POST', PATH, { body });
const act = (id: string, what: string, body?: unknown) =>
  stack.client.ask('POST', `${PATH}/${id}/${what}`, body === undefined ? {} : { body });
const runsOf = async (flow: string): Promise<readonly Execution[]> =>
  (await stack.client.get<{ executions: Execution[] }>('GET', `/api/v1/executions?flow_id=${flow}&limit=100`)).executions;
const untilRuns = async (flow: string, atLeast: number): Promise<readonly Execution[]> => {
  for (let tries = 0; tries < 300; tries += 1) {
    const ended = (await runsOf(flow)).filter(({ state }) => state === 'DONE');
    if (ended.length >= atLeast) return ended;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`flow ${flow} has not ended ${atLeast} runs`);
};

test('an interval starts runs, each with a row of its own; paused it starts none, triggered one', async () => {
  const flowId = await stack.client.save(FLOW, 'Every second');
  const made = await make({ flowId, interval: '1s', input: { n: 7 } });
  expect(made).toMatchObject({ status: 201, body: { flowId, interval: 1_000, overlap: 'skip', paused: false } });
  const { id } = made.body;
  const [run] = await untilRuns(flowId, 2);
  expect(run).toMatchObject({ result: 7 });
  const whole = await stack.client.execution(run?.['id'] as string);
  expect(whole).toMatchObject({ state: 'DONE', trigger: { type: 'schedule', schedule_id: id } });
  expect((await stack.client.journal(run?.['id'] as string)).at(-1)).toMatchObject({ type: 'run.ended' });

  expect(await act(id, 'pause')).toMatchObject({ status: 200, body: { paused: true } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const before = (await runsOf(flowId)).length;
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(await runsOf(flowId)).toHaveLength(before);
  expect((await act(id, 'trigger')).status).toBe(200);
  await untilRuns(flowId, before + 1);
  expect(await stack.client.ask('DELETE', `${PATH}/${id}`)).toMatchObject({ status: 200 });
  expect((await stack.client.ask('GET', `${PATH}/${id}`)).status).toBe(404);
});

test('a backfill starts what would have been started; the preview names what comes', async () => {
  const flowId = await stack.client.save(FLOW, 'Daily');
  const { id } = (await make({ flowId, cron: '0 9 * * *', timezone: 'Europe/Vienna', input: { n: 1 }, overlap: 'allowAll' }))
    .body;
  const next = await stack.client.get<{ times: string[] }>('GET', `${PATH}/${id}/next?count=3`);
  expect(next.times).toHaveLength(3);
  const hours = next.times.map((at) =>
    new Intl.DateTimeFormat('en', { timeZone: 'Europe/Vienna', hour: 'numeric', hour12: false }).format(new Date(at)),
  );
  expect(hours).toEqual(['09', '09', '09']);
  expect((await act(id, 'backfill', { from: '2026-01-01T00:00:00Z', to: '2026-01-04T00:00:00Z' })).status).toBe(200);
  await untilRuns(flowId, 3);
  expect(await runsOf(flowId)).toHaveLength(3);
});

test('a disabled flow lets its schedules rest; a deleted one ends them', async () => {
  const flowId = await stack.client.save(FLOW, 'Disabled');
  const { id } = (await make({ flowId, interval: '1s', input: { n: 1 } })).body;
  const isResting = async () => (await stack.temporal.schedule.getHandle(id).describe()).state.paused;
  const enable = (enabled: boolean) => stack.client.get('PUT', `/api/v1/flows/${flowId}`, { enabled });
  await enable(false);
  expect(await isResting()).toBe(true);
  expect(await stack.client.get('GET', `${PATH}/${id}`)).toMatchObject({ paused: false });
  await enable(true);
  expect(await isResting()).toBe(false);
  await stack.client.get('DELETE', `/api/v1/flows/${flowId}`);
  expect((await stack.client.ask('GET', `${PATH}/${id}`)).status).toBe(404);
  await expect(isResting()).rejects.toThrow(/not found/i);
});

test.each([
  [{ cron: '0 9 * * *', interval: '1s' }, 400],
  [{}, 400],
  [{ interval: '10ms' }, 400],
  [{ cron: '0 9 * * *', timezone: 'Mars/Phobos' }, 400],
  [{ interval: '1s', catchUp: 'once', overlap: 'allowAll' }, 400],
  [{ interval: '1s', more: 1 }, 400],
  [{ cron: 'not a cron' }, 422],
  [{ interval: '1s', input: {} }, 422],
  [{ interval: '1s', flowId: 'flow_unknown' }, 404],
])('%j is refused with %i and leaves nothing', async (members, status) => {
  const flowId = await stack.client.save(FLOW, 'Refused');
  expect((await make({ flowId, input: { n: 1 }, ...members })).status).toBe(status);
  expect(await stack.client.get('GET', `${PATH}?flow_id=${flowId}`)).toMatchObject({ total: 0, schedules: [] });
});
