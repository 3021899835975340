import type { ListPosition, Stores } from '../../src/store/ports';
import { aRun, aSession, anApiKey, anAuditEntry, at, newId } from './store-factories';

/** Sessions, API keys, log-in attempts, the audit trail, workspaces. */
export const accessStoreSuite = (makeStores: () => Promise<Stores>): void => {
  let stores: Stores;
  beforeEach(async () => {
    stores = await makeStores();
  });

  describe('SessionStore', () => {
    test('a session reads back, and is gone once it is deleted', async () => {
      const session = aSession();
      await stores.sessions.insert(session);
      expect(await stores.sessions.get(session.id)).toEqual(session);
      await stores.sessions.delete(session.id);
      expect(await stores.sessions.get(session.id)).toBeUndefined();
      await stores.sessions.delete(session.id);
    });

    test('all sessions of an account end, and no others', async () => {
      const [accountId, other] = [newId('acct'), aSession()];
      const mine = [aSession({ accountId }), aSession({ accountId })];
      for (const session of [...mine, other]) await stores.sessions.insert(session);
      await stores.sessions.deleteAllOf(accountId);
      for (const { id } of mine) expect(await stores.sessions.get(id)).toBeUndefined();
      expect(await stores.sessions.get(other.id)).toEqual(other);
    });

    test('of many who spend one refresh token, one is first', async () => {
      const session = aSession();
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => stores.sessions.spend(session, 1, at(n))));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await stores.sessions.spend(session, 2, at(0))).toBe(true);
      expect(await stores.sessions.spend(aSession(), 1, at(0))).toBe(true);
    });

    test('what has expired is swept, what has not stays', async () => {
      const [over, live] = [aSession({ expiresAt: at(10) }), aSession({ expiresAt: at(100) })];
      for (const session of [over, live]) {
        await stores.sessions.insert(session);
        await stores.sessions.spend(session, 1, at(0));
      }
      await stores.sweepExpired(at(11));
      expect(await stores.sessions.get(over.id)).toBeUndefined();
      expect(await stores.sessions.get(live.id)).toEqual(live);
      // Of the session that is over, the claims are swept as well.
      expect(await stores.sessions.spend(live, 1, at(0))).toBe(false);
      expect(await stores.sessions.spend(over, 1, at(0))).toBe(true);
    });
  });

  describe('ApiKeyStore', () => {
    test('a key reads back with all members, and with none that it has not', async () => {
      const plain = anApiKey();
      const full = anApiKey({ parentId: plain.id, expiresAt: at(9) });
      for (const key of [plain, full]) await stores.apiKeys.insert(key);
      expect(await stores.apiKeys.get(plain.id)).toEqual(plain);
      expect(await stores.apiKeys.get(full.id)).toEqual(full);
      await stores.apiKeys.touch(full.id, at(3));
      expect(await stores.apiKeys.get(full.id)).toEqual({ ...full, lastUsedAt: at(3) });
    });

    test('a list is of one account, newest first, in pages', async () => {
      const accountId = newId('acct');
      const keys = [0, 1, 2].map((n) => anApiKey({ accountId, createdAt: at(n) }));
      for (const key of [...keys, anApiKey()]) await stores.apiKeys.insert(key);
      expect(await stores.apiKeys.list('ws_1', accountId, { limit: 2, offset: 1 })).toEqual({
        items: [keys[1], keys[0]],
        total: 3,
      });
      expect((await stores.apiKeys.list('ws_2', accountId, { limit: 2, offset: 0 })).total).toBe(0);
    });

    test('a key is deleted in its workspace only; all of an account at once', async () => {
      const accountId = newId('acct');
      const keys = [0, 1, 2].map(() => anApiKey({ accountId }));
      for (const key of keys) await stores.apiKeys.insert(key);
      const id = keys[0]?.id ?? '';
      expect(await stores.apiKeys.delete('ws_2', id)).toBe(false);
      expect(await stores.apiKeys.delete('ws_1', id)).toBe(true);
      expect(await stores.apiKeys.delete('ws_1', id)).toBe(false);
      expect(await stores.apiKeys.deleteAllOf(accountId)).toBe(2);
    });
  });

  describe('LoginAttemptStore', () => {
    test('a number is given once; the latest is found; clearing forgets', async () => {
      const [key, other] = [newId('key'), newId('key')];
      const { loginAttempts } = stores;
      expect(await loginAttempts.latest(key)).toBeUndefined();
      const taken = await Promise.all(Array.from({ length: 20 }, (_, n) => loginAttempts.insert(key, 1, at(n))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      for (const number of [2, 9, 10, 11]) expect(await loginAttempts.insert(key, number, at(number))).toBe(true);
      await loginAttempts.insert(other, 99, at(99));
      expect(await loginAttempts.latest(key)).toEqual({ number: 11, at: at(11) });
      expect(await loginAttempts.timeOf(key, 9)).toEqual(at(9));
      expect(await loginAttempts.timeOf(key, 8)).toBeUndefined();
      await loginAttempts.clear(key);
      expect(await loginAttempts.latest(key)).toBeUndefined();
      expect(await loginAttempts.latest(other)).toEqual({ number: 99, at: at(99) });
    });
  });

  describe('AuditStore', () => {
    test('an entry reads back; a list is of one workspace, newest first, goes on after a position', async () => {
      const workspace = newId('ws');
      const entries = [0, 1, 1, 2].map((minute) => anAuditEntry({ workspace, at: at(minute) }));
      for (const entry of [...entries, anAuditEntry()]) await stores.audit.append(entry);
      const newest = entries.toReversed();
      expect(await stores.audit.list(workspace, {}, undefined, 10)).toEqual(newest);
      const seen = [];
      for (let position: ListPosition | undefined; seen.length < 4; position = seen.at(-1))
        seen.push(...(await stores.audit.list(workspace, {}, position, 1)));
      expect(seen).toEqual(newest);
      expect(await stores.audit.list(workspace, {}, entries[0], 10)).toEqual([]);
    });

    test('filters by who, what, to what and when', async () => {
      const workspace = newId('ws');
      const { details: _, request: __, ...bare } = anAuditEntry({ workspace, at: at(5), action: 'run.hold' });
      const other = anAuditEntry({ workspace, at: at(7), actor: { accountId: 'acct_2' }, target: { type: 'run', id: 'run_2' } });
      for (const entry of [bare, other]) await stores.audit.append(entry);
      const list = (filter: object) => stores.audit.list(workspace, filter, undefined, 10);
      expect(await list({ accountId: 'acct_1' })).toEqual([bare]);
      expect(await list({ action: 'flow.update' })).toEqual([other]);
      expect(await list({ targetId: 'run_2' })).toEqual([other]);
      expect(await list({ since: at(5), until: at(7) })).toEqual([bare]);
      expect(await list({ since: at(6) })).toEqual([other]);
      expect(await list({ targetId: 'run_2', action: 'run.hold' })).toEqual([]);
    });
  });

  describe('starts of runs', () => {
    test('those that an account asked for, newest first, after a position, by who and when', async () => {
      const workspace = newId('ws');
      const asked = { email: 'a@example.com', credential: { kind: 'session', id: 'sess_1' } } as const;
      const by = (id: string) => ({ type: 'api', by: id, asked }) as const;
      const runs = [
        aRun({ workspace, createdAt: at(1), trigger: by('acct_1') }),
        aRun({ workspace, createdAt: at(2), trigger: by('acct_2') }),
        aRun({ workspace, createdAt: at(2), trigger: { type: 'flow', parentRunId: 'run_x' } }),
        aRun({ workspace, createdAt: at(2), trigger: by('acct_1') }),
      ];
      for (const run of [...runs, aRun({ trigger: by('acct_1') })]) await stores.runs.insert(run);
      const list = async (filter: object, position?: ListPosition, limit = 10) =>
        (await stores.runs.listStarts(workspace, filter, position, limit)).map(({ id }) =>
          runs.findIndex((run) => run.id === id),
        );
      expect(await list({})).toEqual([3, 1, 0]);
      expect(await list({ accountId: 'acct_1' })).toEqual([3, 0]);
      expect(await list({ until: at(2) })).toEqual([0]);
      expect(await list({ since: at(2) }, undefined, 1)).toEqual([3]);
      expect(await list({}, { at: at(2), id: runs[3]?.id ?? '' })).toEqual([1, 0]);
      expect(await list({}, { at: at(2), id: runs[1]?.id ?? '' })).toEqual([0]);
    });
  });

  test('workspaces are listed, oldest first', async () => {
    const workspace = { id: newId('ws'), name: 'Acme', createdAt: at(0) };
    await stores.workspaces.insert(workspace);
    expect(await stores.workspaces.list()).toContainEqual(workspace);
  });
};
