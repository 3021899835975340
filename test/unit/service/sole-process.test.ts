import { createSoleProcessAccess } from '../../../src/service/sole-process/access';
import { createSoleProcessFlows } from '../../../src/service/sole-process/flows';
import { createMemoryStores } from '../../../src/store/memory';
import { aFlow, anAccount, anApiKey, aSession } from '../../contract/store-factories';

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

describe('who asks', () => {
  const makeAccess = async () => {
    const stores = createMemoryStores();
    const [account, session, key] = [anAccount(), aSession(), anApiKey()];
    await stores.accounts.insert(account);
    await stores.sessions.insert(session);
    await stores.apiKeys.insert(key);
    return { known: createSoleProcessAccess(stores), stores, account, session, key };
  };

  test('is read once', async () => {
    const { known, stores, account, session, key } = await makeAccess();
    for (const ask of [
      () => known.accounts.get(account.id),
      () => known.sessions.get(session.id),
      () => known.apiKeys.get(key.id),
    ])
      await ask();
    await stores.accounts.delete('ws_1', account.id);
    await stores.sessions.delete(session.id);
    await stores.apiKeys.delete('ws_1', key.id);
    // What goes past this process is not seen: that is why no other process may.
    expect(await known.accounts.get(account.id)).toEqual(account);
    expect(await known.sessions.get(session.id)).toEqual(session);
    expect(await known.apiKeys.get(key.id)).toEqual(key);
  });

  test('every change is seen at once', async () => {
    const { known, account, session, key } = await makeAccess();
    const look = () => Promise.all([known.accounts.get(account.id), known.sessions.get(session.id), known.apiKeys.get(key.id)]);
    await look();
    await known.accounts.update('ws_1', account.id, { role: 'viewer' });
    expect((await look())[0]?.role).toBe('viewer');
    await known.sessions.deleteAllOf(session.accountId);
    await known.apiKeys.deleteAllOf(key.accountId);
    await known.accounts.delete('ws_1', account.id);
    expect(await look()).toEqual([undefined, undefined, undefined]);
  });

  test('one that ends is seen at once too', async () => {
    const { known, session, key } = await makeAccess();
    const look = () => Promise.all([known.sessions.get(session.id), known.apiKeys.get(key.id)]);
    await look();
    await known.sessions.delete(session.id);
    await known.apiKeys.delete('ws_1', key.id);
    expect(await look()).toEqual([undefined, undefined]);
  });
});
