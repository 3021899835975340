import type { SecretStore } from '../../src/store/ports';
import { at, newId } from './store-factories';

const anOwner = () => ({ workspace: newId('ws'), account: newId('acct') });
const aSecret = (key = 'API_KEY', value = 'a value to keep') => ({ key, value, allowedHosts: ['api.example.com'] });

export const secretStoreSuite = (makeStore: () => Promise<SecretStore>): void => {
  describe('SecretStore', () => {
    let store: SecretStore;
    beforeEach(async () => {
      store = await makeStore();
    });
    const valueOf = async (owner: ReturnType<typeof anOwner>, key = 'API_KEY') => (await store.open(owner, [key]))[0]?.value;

    test('a secret opens as it was given, and a list tells keys, hosts and dates only', async () => {
      const owner = anOwner();
      const value = 'päss "word"\n\\ 😀';
      expect(await store.create(owner, aSecret('B', value), at(1))).toBe(true);
      expect(await store.create(owner, aSecret('A'), at(2))).toBe(true);
      expect(await store.open(owner, ['B', 'NONE'])).toEqual([{ key: 'B', value, allowedHosts: ['api.example.com'] }]);
      const told = { allowedHosts: ['api.example.com'] };
      expect(await store.list(owner)).toEqual([
        { key: 'A', ...told, createdAt: at(2), updatedAt: at(2) },
        { key: 'B', ...told, createdAt: at(1), updatedAt: at(1) },
      ]);
    });

    test('a key is taken once by an account, also when many want it', async () => {
      const owner = anOwner();
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => store.create(owner, aSecret('K', `value ${n}`), at(n))),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.create({ ...owner, account: newId('acct') }, aSecret('K'), at(1))).toBe(true);
    });

    test('tells which keys are missing', async () => {
      const owner = anOwner();
      await store.create(owner, aSecret('A'), at(1));
      expect(await store.missing(owner, ['B', 'A', 'C'])).toEqual(['B', 'C']);
      expect(await store.missing(owner, [])).toEqual([]);
    });

    test('a replace changes what it names', async () => {
      const owner = anOwner();
      expect(await store.replace(owner, 'API_KEY', { value: 'other' }, at(1))).toBeUndefined();
      await store.create(owner, aSecret(), at(1));
      expect(await store.replace(owner, 'API_KEY', { value: 'another value' }, at(2))).toEqual({
        key: 'API_KEY',
        allowedHosts: ['api.example.com'],
        createdAt: at(1),
        updatedAt: at(2),
      });
      expect(await store.replace(owner, 'API_KEY', { allowedHosts: [] }, at(3))).toMatchObject({ allowedHosts: [] });
      expect(await store.open(owner, ['API_KEY'])).toEqual([{ key: 'API_KEY', value: 'another value', allowedHosts: [] }]);
    });

    test('of replaces at the same time one is last, and it opens', async () => {
      const owner = anOwner();
      await store.create(owner, aSecret(), at(1));
      await Promise.all(Array.from({ length: 8 }, (_, n) => store.replace(owner, 'API_KEY', { value: `value ${n}` }, at(2))));
      expect(await valueOf(owner)).toMatch(/^value \d$/);
    });

    test('a deleted secret is gone; another of its name is a new one', async () => {
      const owner = anOwner();
      await store.create(owner, aSecret(), at(1));
      expect(await store.delete(owner, 'API_KEY')).toBe(true);
      expect(await store.delete(owner, 'API_KEY')).toBe(false);
      expect(await store.open(owner, ['API_KEY'])).toEqual([]);
      await store.create(owner, aSecret('API_KEY', 'anew one'), at(5));
      expect(await valueOf(owner)).toBe('anew one');
      expect(await store.list(owner)).toMatchObject([{ createdAt: at(5) }]);
    });

    test('an account that ends takes its own secrets with it', async () => {
      const owner = anOwner();
      const other = { ...owner, account: `${owner.account}x` };
      const foreign = { ...owner, workspace: newId('ws') };
      for (const one of [owner, other, foreign]) await store.create(one, aSecret(), at(1));
      await store.create(owner, aSecret('SECOND'), at(1));
      expect(await store.deleteAllOf(owner.workspace, owner.account)).toBe(2);
      expect(await Promise.all([owner, other, foreign].map(async (one) => (await store.list(one)).length))).toEqual([0, 1, 1]);
    });

    test('what is under the current key is not wrapped again', async () => {
      await store.create(anOwner(), aSecret(), at(1));
      const { tried, rewrapped } = await store.rewrap();
      expect(tried).toBeGreaterThan(0);
      expect(rewrapped).toBe(0);
    });
  });
};
