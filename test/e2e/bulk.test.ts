/** One action on many executions, over HTTP on real engines. */
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ temporalAddress, mongodbUri });
});
afterAll(() => stack.stop());

const FLOW = 'nodes: { work: { type: wait, params: { type: event, event: go } } }';
const PATH = '/api/v1/executions/bulk';
const bulk = (body: unknown) => stack.client.ask<{ id?: string; matched: number }>('POST', PATH, { body });
const untilDone = async (id: string) => {
  for (let tries = 0; tries < 300; tries += 1) {
    const now = await stack.client.get<{ state: string; done: number; failed: unknown[] }>('GET', `${PATH}/${id}`);
    if (now.state === 'done') return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`bulk operation ${id} does not end`);
};

test('hold, release and cancel by filter; a dry run only counts', async () => {
  const [mine, other] = [await stack.client.save(FLOW, 'Mine'), await stack.client.save(FLOW, 'Other')] as const;
  const ids = await Promise.all(Array.from({ length: 30 }, () => stack.client.begin(mine)));
  const bystander = await stack.client.begin(other);
  for (const id of [...ids, bystander]) await stack.client.until(id, ['WAIT']);
  const filter = { flow_id: mine };

  expect(await bulk({ action: 'hold', filter, dryRun: true })).toMatchObject({ status: 200, body: { matched: 30 } });
  for (const [action, state] of [
    ['hold', 'ON_HOLD'],
    ['release', 'WAIT'],
    ['cancel', 'CANCELLED'],
  ] as const) {
    const begun = await bulk({ action, filter });
    expect(begun).toMatchObject({ status: 202, body: { matched: 30 } });
    expect(begun.headers.get('location')).toBe(`${PATH}/${begun.body.id}`);
    expect(await untilDone(begun.body.id ?? '')).toMatchObject({ done: 30, failed: [] });
    for (const id of ids) await stack.client.until(id, [state]);
  }
  expect(await stack.client.execution(bystander)).toMatchObject({ state: 'WAIT' });
  expect(await bulk({ action: 'cancel', filter, dryRun: true })).toMatchObject({ body: { matched: 0 } });
  expect((await bulk({ action: 'hold', filter: { more: 1 } })).status).toBe(400);
  expect((await stack.client.ask('GET', `${PATH}/bulk_unknown`)).status).toBe(404);
});
