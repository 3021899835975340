import type { FlowStore } from '../../src/store/ports';
import { aFlow, at, aVersion, newId } from './store-factories';

export const flowStoreSuite = (makeStore: () => Promise<FlowStore>): void => {
  describe('FlowStore', () => {
    let store: FlowStore;
    beforeAll(async () => {
      store = await makeStore();
    });

    test('a flow reads back as it was written, and only in its workspace', async () => {
      const flow = aFlow({ tags: ['a', 'b'] });
      await store.insert(flow);
      expect(await store.get('ws_1', flow.id)).toEqual(flow);
      expect(await store.get('ws_2', flow.id)).toBeUndefined();
      expect(await store.update('ws_2', flow.id, { name: 'Stolen' })).toBeUndefined();
    });

    test('lists are newest first, by tag, paged, with the whole count', async () => {
      const workspace = newId('ws');
      const flows = [3, 1, 2].map((minute) => aFlow({ workspace, createdAt: at(minute), tags: minute === 1 ? [] : ['x'] }));
      const twin = aFlow({ workspace, createdAt: at(3), tags: ['x'] });
      for (const flow of [...flows, twin]) await store.insert(flow);
      const all = await store.list(workspace, {}, { limit: 10, offset: 0 });
      expect(all.items.map((flow) => flow.id)).toEqual([twin, flows[0], flows[2], flows[1]].map((flow) => flow?.id));
      const page = await store.list(workspace, { tag: 'x' }, { limit: 1, offset: 1 });
      expect(page).toEqual({ total: 3, items: [flows[0]] });
    });

    test('flows are found by a secret that they need, as long as they need it', async () => {
      const workspace = newId('ws');
      const flow = aFlow({ workspace, secretRefs: ['acct_1:A', 'acct_1:B'] });
      await store.insert(flow);
      await store.insert(aFlow({ workspace }));
      const idsOf = async (secretRef: string) =>
        (await store.list(workspace, { secretRef }, { limit: 10, offset: 0 })).items.map(({ id }) => id);
      expect(await idsOf('acct_1:B')).toEqual([flow.id]);
      expect(await idsOf('acct_2:B')).toEqual([]);
      expect((await store.get(workspace, flow.id))?.secretRefs).toEqual(['acct_1:A', 'acct_1:B']);
      await store.update(workspace, flow.id, { secretRefs: ['acct_1:A'] });
      expect(await idsOf('acct_1:B')).toEqual([]);
    });

    test('update changes what it names and answers the flow', async () => {
      const flow = aFlow();
      await store.insert(flow);
      const change = { name: 'Renamed', enabled: false, tags: ['t'], latestVersion: 2, updatedAt: at(5) };
      expect(await store.update('ws_1', flow.id, change)).toEqual({ ...flow, ...change });
      expect(await store.get('ws_1', flow.id)).toEqual({ ...flow, ...change });
      expect(await store.update('ws_1', 'flow_none', change)).toBeUndefined();
    });

    test('a deleted flow is hidden, not gone', async () => {
      const workspace = newId('ws');
      const flow = aFlow({ workspace });
      await store.insert(flow);
      expect(await store.findByName(workspace, 'Order')).toEqual(flow);
      await store.update(workspace, flow.id, { deletedAt: at(9) });
      expect(await store.get(workspace, flow.id)).toBeUndefined();
      expect(await store.get(workspace, flow.id, { withDeleted: true })).toEqual({ ...flow, deletedAt: at(9) });
      expect(await store.list(workspace, {}, { limit: 10, offset: 0 })).toEqual({ items: [], total: 0 });
      expect(await store.findByName(workspace, 'Order')).toBeUndefined();
      expect(await store.update(workspace, flow.id, { name: 'x' })).toBeUndefined();
    });

    test('versions read back byte for byte, with names that databases dislike', async () => {
      const version = aVersion({ inputSchema: { type: 'object', properties: { $ref: {}, 'a.b': {} } } });
      expect(await store.insertVersion(version)).toBe(true);
      const read = await store.getVersion('ws_1', version.flowId, 1);
      expect(read).toEqual(version);
      expect(JSON.stringify(read?.plan)).toBe(JSON.stringify(version.plan));
      expect(await store.getVersion('ws_2', version.flowId, 1)).toBeUndefined();
      expect(await store.getVersion('ws_1', version.flowId, 2)).toBeUndefined();
    });

    test('of many who save one version number, one gets it', async () => {
      const flowId = newId('flow');
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.insertVersion(aVersion({ flowId, definition: String(n) }))),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await store.getVersion('ws_1', flowId, 1))?.definition).toBe(String(answers.indexOf(true)));
    });

    test('versions are listed from the newest', async () => {
      const flowId = newId('flow');
      for (const version of [1, 2, 10]) await store.insertVersion(aVersion({ flowId, version }));
      const { items, total } = await store.listVersions('ws_1', flowId, { limit: 2, offset: 0 });
      expect([items.map((item) => item.version), total]).toEqual([[10, 2], 3]);
      expect((await store.listVersions('ws_2', flowId, { limit: 2, offset: 0 })).total).toBe(0);
    });
  });
};
