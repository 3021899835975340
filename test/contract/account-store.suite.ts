import type { AccountStore } from '../../src/store/ports';
import { anAccount, at, newId } from './store-factories';

export const accountStoreSuite = (makeStore: () => Promise<AccountStore>): void => {
  describe('AccountStore', () => {
    let store: AccountStore;
    beforeEach(async () => {
      store = await makeStore();
    });

    test('an account reads back as it was written', async () => {
      const account = anAccount();
      expect(await store.insert(account)).toBe(true);
      expect(await store.get(account.id)).toEqual(account);
    });

    test('an e-mail finds its account in any case', async () => {
      const account = anAccount({ email: `Ada.${Date.now()}@Example.com` });
      await store.insert(account);
      expect(await store.findByEmail(account.email.toUpperCase())).toEqual(account);
      expect(await store.findByEmail('nobody@example.com')).toBeUndefined();
    });

    test('an id and an e-mail are taken once, over all workspaces', async () => {
      const account = anAccount();
      await store.insert(account);
      expect(await store.insert(anAccount({ id: account.id }))).toBe(false);
      expect(await store.insert(anAccount({ email: account.email.toUpperCase(), workspace: 'ws_2' }))).toBe(false);
      expect(await store.findByEmail(account.email)).toEqual(account);
    });

    test('of many who want one e-mail, one gets it', async () => {
      const email = `race.${Date.now()}@example.com`;
      const before = await store.count();
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.insert(anAccount({ email }))));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.count()).toBe(before + 1);
    });

    test('a refused id does not take its e-mail', async () => {
      const account = anAccount();
      await store.insert(account);
      const other = anAccount();
      await store.insert({ ...other, id: account.id });
      expect(await store.insert(other)).toBe(true);
    });

    test('a list is of one workspace, newest first, by role, in pages', async () => {
      const workspace = newId('ws');
      const roles = ['admin', 'user', 'user', 'viewer'] as const;
      const made = roles.map((role, n) => anAccount({ workspace, role, createdAt: at(n) }));
      for (const account of [...made, anAccount({ workspace: newId('ws') })]) await store.insert(account);
      const newest = made.toReversed();
      expect(await store.list(workspace, {}, { limit: 10, offset: 0 })).toEqual({ items: newest, total: 4 });
      expect(await store.list(workspace, {}, { limit: 2, offset: 1 })).toEqual({ items: newest.slice(1, 3), total: 4 });
      expect(await store.list(workspace, { role: 'user' }, { limit: 1, offset: 1 })).toEqual({ items: [made[1]], total: 2 });
      expect(await store.countAdmins(workspace)).toBe(1);
    });

    test('a change is of one workspace; members that it does not name stay', async () => {
      const account = anAccount();
      await store.insert(account);
      const change = { name: 'Eve', groups: ['a'], tokenVersion: 2, updatedAt: at(1) };
      expect(await store.update('ws_other', account.id, change)).toBeUndefined();
      expect(await store.get(account.id)).toEqual(account);
      expect(await store.update(account.workspace, account.id, change)).toEqual({ ...account, ...change });
      expect(await store.get(account.id)).toEqual({ ...account, ...change });
      expect(await store.update(account.workspace, newId('acct'), change)).toBeUndefined();
    });

    test('a new e-mail replaces the old one, which is free then; a taken one changes nothing', async () => {
      const [one, other] = [anAccount(), anAccount()];
      await store.insert(one);
      await store.insert(other);
      expect(await store.update('ws_1', one.id, { name: 'x', email: other.email.toUpperCase() })).toBe('email_taken');
      expect(await store.get(one.id)).toEqual(one);
      const email = `${newId('new')}@Example.com`;
      expect(await store.update('ws_1', one.id, { email })).toEqual({ ...one, email });
      expect((await store.findByEmail(email.toLowerCase()))?.id).toBe(one.id);
      expect(await store.findByEmail(one.email)).toBeUndefined();
      expect(await store.update('ws_1', other.id, { email: one.email })).toMatchObject({ id: other.id, email: one.email });
      expect(await store.update('ws_1', one.id, { email: email.toUpperCase() })).toMatchObject({ email: email.toUpperCase() });
    });

    test('a deleted account is gone and its e-mail is free; a foreign one stays', async () => {
      const account = anAccount();
      await store.insert(account);
      expect(await store.delete('ws_other', account.id)).toBe(false);
      expect(await store.delete('ws_1', account.id)).toBe(true);
      expect(await store.delete('ws_1', account.id)).toBe(false);
      expect(await store.get(account.id)).toBeUndefined();
      expect(await store.findByEmail(account.email)).toBeUndefined();
      expect(await store.insert(anAccount({ email: account.email }))).toBe(true);
    });
  });
};
