import { RepriseError, type JsonObject } from '../../../src/flow';
import { createMemoryStores } from '../../../src/store/memory';
import type { KvStore } from '../../../src/store/ports';
import { createHarness, failureOf, NOW, outputOf, toCall, type Harness } from './harness';

describe('store', () => {
  let harness: Harness;
  let attempt = 0;
  beforeEach(() => (harness = createHarness()));
  afterEach(() => harness.close());
  const call = (params: JsonObject, change: Parameters<typeof toCall>[2] = {}) =>
    harness.activities.call(toCall('store', params, { attempt: (attempt += 1), ...change }));

  it('answers what each operation promises', async () => {
    expect(await outputOf(call({ operation: 'get', key: 'k' }))).toEqual({ value: null, found: false });
    expect(await outputOf(call({ operation: 'set', key: 'k', value: { a: 1 } }))).toEqual({ a: 1 });
    expect(await outputOf(call({ operation: 'get', key: 'k' }))).toEqual({ value: { a: 1 }, found: true });
    expect(await outputOf(call({ operation: 'increment', key: 'n' }))).toBe(1);
    expect(await outputOf(call({ operation: 'increment', key: 'n', amount: -3 }))).toBe(-2);
    expect(await outputOf(call({ operation: 'append', key: 'l', value: 'x' }))).toEqual(['x']);
    expect(await outputOf(call({ operation: 'append', key: 'l', value: null }))).toEqual(['x', null]);
    expect(await outputOf(call({ operation: 'list', prefix: '' }))).toEqual([
      { key: 'k', value: { a: 1 } },
      { key: 'l', value: ['x', null] },
      { key: 'n', value: -2 },
    ]);
    expect(await outputOf(call({ operation: 'delete', key: 'k' }))).toBe(true);
    expect(await outputOf(call({ operation: 'delete', key: 'k' }))).toBe(false);
    expect(await outputOf(call({ operation: 'set', key: 7, value: false }))).toBe(false);
    expect(await outputOf(call({ operation: 'get', key: '7' }))).toEqual({ value: false, found: true });
  });

  it('an output has the names that its plan gives', async () => {
    await call({ operation: 'set', key: 'k', value: 1 });
    const named = (operation: string, output: Record<string, string>) =>
      outputOf(call({ operation, key: 'k', ...(operation === 'append' ? { value: 2 } : {}) }, { output }));
    expect(await named('get', { held: 'value', there: 'found', none: 'nothing' })).toEqual({ held: 1, there: true });
    expect(await named('delete', { gone: '.' })).toEqual({ gone: true });
    expect(await named('append', { list: '.', first: '0' })).toEqual({ list: [2] });
  });

  it('an attempt that runs twice writes once', async () => {
    for (let n = 0; n < 3; n += 1) expect(await outputOf(call({ operation: 'increment', key: 'n' }, { attempt: 7 }))).toBe(1);
    expect(await outputOf(call({ operation: 'increment', key: 'n' }, { attempt: 8 }))).toBe(2);
  });

  it('an entry expires', async () => {
    let now = NOW;
    const timed = createHarness({ stores: createMemoryStores(() => now) });
    const run = (params: JsonObject) => timed.activities.call(toCall('store', params, { attempt: (attempt += 1) }));
    await run({ operation: 'set', key: 'k', value: 1, ttl: '2m' });
    now += 119_000;
    expect(await outputOf(run({ operation: 'get', key: 'k' }))).toEqual({ value: 1, found: true });
    now += 2_000;
    expect(await outputOf(run({ operation: 'get', key: 'k' }))).toEqual({ value: null, found: false });
    await timed.close();
  });

  it.each<[string, JsonObject, string]>([
    ['an unknown operation', { operation: 'query', key: 'k' }, 'operation'],
    ['a missing key', { operation: 'get' }, 'key'],
    ['an empty key', { operation: 'get', key: '' }, 'key'],
    ['a missing value', { operation: 'set', key: 'k' }, 'value'],
    ['an amount that is none', { operation: 'increment', key: 'k', amount: 'two' }, 'amount'],
    ['a ttl that is none', { operation: 'set', key: 'k', value: 1, ttl: 'soon' }, 'ttl'],
    ['a limit above the highest', { operation: 'list', limit: 1_001 }, 'limit'],
  ])('refuses %s', async (_name, params, param) => {
    expect(await failureOf(call(params))).toMatchObject({ code: 'invalid_params', retryable: false, details: { param } });
  });

  it('what the store refuses is a failure of the node', async () => {
    await call({ operation: 'set', key: 'k', value: 'text' });
    expect(await failureOf(call({ operation: 'increment', key: 'k' }))).toMatchObject({
      code: 'store_not_a_number',
      retryable: false,
    });
  });

  it('a store that does not answer is none: Temporal tries again', async () => {
    const broken = (error: Error): Harness => {
      const get = async (): Promise<never> => {
        throw error;
      };
      const kv: KvStore = { ...createMemoryStores().kv, get };
      return createHarness({ stores: { ...createMemoryStores(), kv } });
    };
    for (const error of [new Error('ECONNRESET'), new RepriseError('unavailable', 'The database does not answer')]) {
      const down = broken(error);
      await expect(down.activities.call(toCall('store', { operation: 'get', key: 'k' }))).rejects.toMatchObject({
        type: 'InfrastructureFailure',
        nonRetryable: false,
        details: [{ code: 'unavailable', retryable: true, nodePath: 'node' }],
      });
      await down.close();
    }
  });
});
