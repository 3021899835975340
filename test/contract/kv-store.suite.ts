import type { Json } from '../../src/flow';
import type { KvStore } from '../../src/store/ports';
import { newId } from './store-factories';

export interface KvUnderTest {
  readonly store: KvStore;
  /** Moves the store's clock. */
  pass(ms: number): void;
}

export const kvStoreSuite = (makeStore: () => Promise<KvUnderTest>): void => {
  describe('KvStore', () => {
    let kv: KvStore;
    let pass: KvUnderTest['pass'];
    let ws: string;
    beforeAll(async () => {
      ({ store: kv, pass } = await makeStore());
    });
    beforeEach(() => {
      ws = newId('ws');
    });
    const op = () => ({ operationId: newId('op') });

    test('values read back exactly, in their workspace only', async () => {
      const value: Json = { 'a.b': { $inc: 1 }, list: [1.5, -0.1, null, 'é\u0000'], ['__proto__']: true };
      await kv.set(ws, 'k', value, op());
      expect(JSON.stringify(await kv.get(ws, 'k'))).toBe(JSON.stringify({ found: true, value }));
      expect(await kv.get(newId('ws'), 'k')).toEqual({ found: false, value: null });
      await kv.set(ws, 'k', null, op());
      expect(await kv.get(ws, 'k')).toEqual({ found: true, value: null });
    });

    test('delete answers whether there was something', async () => {
      expect(await kv.delete(ws, 'k', op())).toBe(false);
      await kv.set(ws, 'k', 1, op());
      expect(await kv.delete(ws, 'k', op())).toBe(true);
      expect(await kv.get(ws, 'k')).toEqual({ found: false, value: null });
      expect(await kv.delete(ws, 'k', op())).toBe(false);
      expect(await kv.increment(ws, 'k', 2, op())).toBe(2);
    });

    test('an operation id is applied once and answers its first result, whatever came after it', async () => {
      const [set, add, append, remove, none] = [op(), op(), op(), op(), op()];
      expect(await kv.delete(ws, 'n', none)).toBe(false);
      await kv.set(ws, 'n', 10, set);
      expect(await kv.increment(ws, 'n', 5, add)).toBe(15);
      expect(await kv.increment(ws, 'n', 5, add)).toBe(15);
      expect(await kv.increment(ws, 'n', 1, op())).toBe(16);
      expect(await kv.increment(ws, 'n', 5, add)).toBe(15);
      await kv.set(ws, 'n', 10, set);
      expect(await kv.delete(ws, 'n', none)).toBe(false);
      expect(await kv.get(ws, 'n')).toEqual({ found: true, value: 16 });
      expect(await kv.append(ws, 'l', 'a', append)).toEqual(['a']);
      expect(await kv.append(ws, 'l', 'b', op())).toEqual(['a', 'b']);
      expect(await kv.append(ws, 'l', 'a', append)).toEqual(['a']);
      expect(await kv.delete(ws, 'l', remove)).toBe(true);
      await kv.set(ws, 'l', [], op());
      expect(await kv.delete(ws, 'l', remove)).toBe(true);
      expect(await kv.get(ws, 'l')).toEqual({ found: true, value: [] });
    });

    test('increments side by side add up, and repeats of one do not', async () => {
      const same = op();
      const answers = await Promise.all([
        ...Array.from({ length: 30 }, () => kv.increment(ws, 'n', 1, op())),
        ...Array.from({ length: 10 }, () => kv.increment(ws, 'n', 100, same)),
      ]);
      expect(await kv.get(ws, 'n')).toEqual({ found: true, value: 130 });
      expect(new Set(answers.slice(30)).size).toBe(1);
      expect(new Set(answers.slice(0, 30)).size).toBe(30);
    });

    test('appends side by side all stay', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => kv.append(ws, 'l', n, op())));
      const { value } = await kv.get(ws, 'l');
      expect(Array.isArray(value) && value.toSorted((a, b) => Number(a) - Number(b))).toEqual([...Array(20).keys()]);
    });

    test('an entry ends with its time; increments keep the time, a set renews it', async () => {
      await kv.set(ws, 'a', 1, { ...op(), ttlMs: 1_000 });
      await kv.set(ws, 'b', 1, { ...op(), ttlMs: 1_000 });
      await kv.increment(ws, 'a', 1, op());
      await kv.set(ws, 'b', 2, op());
      pass(999);
      expect(await kv.get(ws, 'a')).toEqual({ found: true, value: 2 });
      pass(1);
      expect(await kv.get(ws, 'a')).toEqual({ found: false, value: null });
      expect(await kv.get(ws, 'b')).toEqual({ found: true, value: 2 });
      expect(await kv.list(ws, '', 10)).toEqual([{ key: 'b', value: 2 }]);
      expect(await kv.increment(ws, 'a', 1, op())).toBe(1);
    });

    test('a list is by prefix, in the order of keys, bounded', async () => {
      for (const key of ['b', 'a/2', 'a/1', 'a', 'A', 'a/1/x', 'é']) await kv.set(ws, key, key, op());
      const keys = async (prefix: string, limit = 10) => (await kv.list(ws, prefix, limit)).map((item) => item.key);
      expect(await keys('a/')).toEqual(['a/1', 'a/1/x', 'a/2']);
      expect(await keys('')).toEqual(['A', 'a', 'a/1', 'a/1/x', 'a/2', 'b', 'é']);
      expect(await keys('a', 2)).toEqual(['a', 'a/1']);
      expect(await keys('.*')).toEqual([]);
    });

    test('wrong kinds, keys and sizes are refused and change nothing', async () => {
      await kv.set(ws, 'text', 'x', op());
      const failed = op();
      await expect(kv.increment(ws, 'text', 1, failed)).rejects.toMatchObject({ code: 'store_not_a_number' });
      await expect(kv.append(ws, 'text', 1, op())).rejects.toMatchObject({ code: 'store_not_a_list' });
      await expect(kv.set(ws, 'big', 'x'.repeat(1024 * 1024), op())).rejects.toMatchObject({ code: 'store_value_too_large' });
      for (const key of ['', 'x'.repeat(513), '\ud800'])
        await expect(kv.set(ws, key, 1, op())).rejects.toMatchObject({ code: 'store_bad_key' });
      expect(await kv.list(ws, '', 10)).toEqual([{ key: 'text', value: 'x' }]);
      await kv.set(ws, 'text', 1, op());
      expect(await kv.increment(ws, 'text', 1, failed)).toBe(2);
    });
  });
};
