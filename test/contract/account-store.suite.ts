import type { AccountStore } from '../../src/store/ports';
import { anAccount } from './store-factories';

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
  });
};
