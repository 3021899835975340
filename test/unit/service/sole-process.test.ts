import { createSoleProcessFlows } from '../../../src/service/flows/sole-process-flows';
import { createMemoryStores } from '../../../src/store/memory';
import { aFlow } from '../../contract/store-factories';

const make = async () => {
  const { flows } = createMemoryStores();
  let reads = 0;
  const counted = { ...flows, get: async (...args: Parameters<typeof flows.get>) => ((reads += 1), flows.get(...args)) };
  const flow = aFlow();
  await flows.insert(flow);
  return { cached: createSoleProcessFlows(counted), flows, flow, reads: () => reads };
};

test('a flow is read once', async () => {
  const { cached, flow, reads } = await make();
  for (let n = 0; n < 5; n += 1) expect(await cached.get('ws_1', flow.id)).toEqual(flow);
  expect(reads()).toBe(1);
});

test('a change is seen by the next read, a deletion too', async () => {
  const { cached, flow } = await make();
  await cached.get('ws_1', flow.id);
  await cached.update('ws_1', flow.id, { enabled: false });
  expect((await cached.get('ws_1', flow.id))?.enabled).toBe(false);
  await cached.update('ws_1', flow.id, { deletedAt: new Date() });
  expect(await cached.get('ws_1', flow.id)).toBeUndefined();
});

test('a read that a change overtakes is not remembered', async () => {
  const { cached, flow } = await make();
  const slow = cached.get('ws_1', flow.id);
  await cached.update('ws_1', flow.id, { enabled: false });
  await slow;
  expect((await cached.get('ws_1', flow.id))?.enabled).toBe(false);
});

test('a foreign workspace finds nothing, remembered or not', async () => {
  const { cached, flow } = await make();
  expect(await cached.get('ws_2', flow.id)).toBeUndefined();
  await cached.get('ws_1', flow.id);
  expect(await cached.get('ws_2', flow.id)).toBeUndefined();
});
