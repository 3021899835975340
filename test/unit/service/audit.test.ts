import type { Principal } from '../../../src/flow';
import type { AuditEntry } from '../../../src/store/ports';
import { aPrincipal, createTestServices, HELLO } from '../../support/services';

const REQUEST = { id: 'req_1', address: '192.0.2.7' };
const me: Principal = aPrincipal({ request: REQUEST });

/** A world whose time moves on with each reading, so that the order is the order of the deeds. */
const createWorld = () => {
  const world = createTestServices();
  const list = (filter = {}, limit = 100, cursor?: string) =>
    world.audit.list(me, filter, { limit, ...(cursor !== undefined && { cursor }) });
  const tick = () => void (world.time.now += 1_000);
  return { ...world, list, tick };
};
const shown = (entries: readonly AuditEntry[]) => entries.map(({ action, target }) => `${action} ${target.id}`);

describe('the audit trail', () => {
  test('flows and runs: who did what to which, from where; newest first', async () => {
    const { flows, runs, list, tick, temporal } = createWorld();
    const flow = await flows.create(me, { definition: HELLO });
    tick();
    await flows.update(me, flow.id, { name: 'New' });
    tick();
    const { run } = await runs.start(me, { flowId: flow.id, input: { who: 'Ada' } });
    tick();
    temporal.answerUpdate = () => ({ state: 'ON_HOLD', seq: 3 });
    await runs.hold(me, run.id, 'because');
    tick();
    await runs.release(me, run.id);
    tick();
    await runs.deliverEvent(me, run.id, { name: 'paid', data: { card: 'a secret' } });
    tick();
    await runs.cancel(me, run.id);
    tick();
    await flows.remove(me, flow.id);
    const { entries, cursor } = await list();
    expect(shown(entries)).toEqual([
      `flow.delete ${flow.id}`,
      `run.cancel ${run.id}`,
      `run.event ${run.id}`,
      `run.release ${run.id}`,
      `run.hold ${run.id}`,
      `run.start ${run.id}`,
      `flow.update ${flow.id}`,
      `flow.create ${flow.id}`,
    ]);
    expect(cursor).toBeUndefined();
    const credential = { kind: 'session', id: 'sess_1' };
    for (const entry of entries)
      expect(entry).toMatchObject({ actor: { accountId: 'acct_1', email: 'admin@example.com', credential }, request: REQUEST });
    expect(JSON.stringify(entries)).not.toContain('a secret');
  });

  test('pages of one over starts and other deeds, also of the same moment, tell all of them once', async () => {
    const { flows, runs, list, tick } = createWorld();
    const { id } = await flows.create(me, { definition: HELLO });
    for (let n = 0; n < 6; n += 1) {
      await runs.start(me, { flowId: id, input: { who: 'Ada' } });
      await flows.update(me, id, { name: `n${n}` });
      if (n % 2 === 0) tick();
    }
    const whole = (await list()).entries;
    const paged: AuditEntry[] = [];
    for (let cursor: string | undefined, pages = 0; pages < 20; pages += 1) {
      const page = await list({}, 1, cursor);
      paged.push(...page.entries);
      ({ cursor } = page);
      if (cursor === undefined) break;
      // What comes later does not move what is behind.
      if (pages === 3) await flows.update(me, id, { name: 'later' });
    }
    expect(paged).toEqual(whole);
    expect(whole).toHaveLength(13);
  });

  test('filters by account, action, target and time; another workspace sees nothing', async () => {
    const { flows, runs, list, tick, audit, time } = createWorld();
    const other = aPrincipal({ accountId: 'acct_2', request: REQUEST });
    const { id } = await flows.create(me, { definition: HELLO });
    tick();
    const mine = (await runs.start(me, { flowId: id, input: { who: 'Ada' } })).run.id;
    tick();
    const since = new Date(time.now);
    const others = (await runs.start(other, { flowId: id, input: { who: 'Ada' } })).run.id;
    const of = async (filter: object) => shown((await list(filter)).entries);
    expect(await of({ accountId: 'acct_2' })).toEqual([`run.start ${others}`]);
    expect(await of({ action: 'run.start' })).toEqual([`run.start ${others}`, `run.start ${mine}`]);
    expect(await of({ action: 'flow.create' })).toEqual([`flow.create ${id}`]);
    expect(await of({ targetId: mine })).toEqual([`run.start ${mine}`]);
    expect(await of({ targetId: mine, accountId: 'acct_2' })).toEqual([]);
    expect(await of({ targetId: mine, since })).toEqual([]);
    expect(await of({ targetId: id })).toEqual([`flow.create ${id}`]);
    expect(await of({ since })).toEqual([`run.start ${others}`]);
    expect(await of({ until: since })).toEqual([`run.start ${mine}`, `flow.create ${id}`]);
    expect((await audit.list({ ...me, workspace: 'ws_2' }, {}, { limit: 10 })).entries).toEqual([]);
    await expect(list({}, 10, 'nonsense')).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('a start leaves no write of its own for it', async () => {
    const world = createTestServices();
    const { id } = await world.flows.create(me, { definition: HELLO });
    let writes = 0;
    Object.assign(world.stores.audit, { append: async () => void (writes += 1) });
    await world.runs.start(me, { flowId: id, input: { who: 'Ada' } });
    expect(writes).toBe(0);
  });

  test('a deed stands when its entry cannot be stored, and the log has the entry', async () => {
    const world = createTestServices((stores) =>
      Object.assign(stores.audit, { append: async () => Promise.reject(new Error('down')) }),
    );
    const flow = await world.flows.create(me, { definition: HELLO });
    expect(await world.flows.get(me, flow.id)).toBeDefined();
    expect(JSON.stringify(world.lines)).toContain('flow.create');
  });
});
