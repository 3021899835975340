import type { SideLogStore } from '../../../src/store/ports';
import type { Json, JsonObject } from '../../../src/flow';
import { createHarness, failureOf, outputOf, toCall, type Harness } from './harness';

describe('script', () => {
  let harness: Harness;
  beforeAll(() => (harness = createHarness()));
  afterAll(() => harness.close());
  const call = (code: string, params: JsonObject = {}, change: Parameters<typeof toCall>[2] = {}) =>
    harness.activities.call(toCall('script', { code, ...params }, { timeoutMs: 15_000, ...change }));
  const run = (code: string, params: JsonObject = {}): Promise<Json> => outputOf(call(code, params));

  it.each<[string, Json, Json]>([
    ['return input', { a: [1, 'ä😀', null, true] }, { a: [1, 'ä😀', null, true] }],
    ['return input.a.map((x) => x * 2).filter((x) => x > 2)', { a: [1, 2, 3] }, [4, 6]],
    ['', 1, null],
    ['return undefined', 1, null],
    ['return { kept: 1, gone: undefined, none: NaN }', 1, { kept: 1, none: null }],
    ['return Promise.resolve(input).then((x) => x + 1)', 4, 5],
    ['const f = async () => { await null; return input; }; return f()', 4, 4],
    ['return "line\\nline" // a comment at the end', null, 'line\nline'],
    ['return JSON.stringify({ nul: "\\u0000" })', null, '{"nul":"\\u0000"}'],
    ['return "a\\u0000b"', null, 'a\u0000b'],
    ['return new Date(2020, 0, 1).toISOString() + new Date(0).getTimezoneOffset()', null, '2020-01-01T00:00:00.000Z0'],
  ])('%s', async (code, input, expected) => {
    expect(await run(code, { input })).toEqual(expected);
  });

  it('has the clock of its attempt and random numbers of its node run', async () => {
    const code = 'return [Date.now(), new Date().getTime(), Date().slice(0, 15), Math.random(), Math.random()]';
    const first = (await run(code)) as Json[];
    expect(first.slice(0, 3)).toEqual([1_795_521_600_000, 1_795_521_600_000, 'Tue Nov 24 2026']);
    expect(first[3]).not.toBe(first[4]);
    expect(await run(code)).toEqual(first);
    const other = toCall('script', { code });
    const elsewhere = (await outputOf(
      harness.activities.call({ ...other, context: { ...other.context, idempotencyKey: 'idem_2' } }),
    )) as Json[];
    expect(elsewhere[3]).not.toBe(first[3]);
  });

  it('leaves nothing for the next one', async () => {
    await run('globalThis.left = 1; Object.prototype.left = 1; Array.prototype.map = null; JSON.stringify = null; return 1');
    expect(await run('return [typeof left, ({}).left ?? null, [1].map((x) => x + 1)]')).toEqual(['undefined', null, [2]]);
  });

  it('writes its console lines to the side log, also when it fails', async () => {
    await call('console.log("a", { b: 1 }, [2]); console.warn("two\\nlines"); console.error(new Error("e").message); return 1');
    await failureOf(call('console.info("before"); throw new Error("boom")', {}, { attempt: 2 }));
    await failureOf(call('for (let n = 0; ; n += 1) console.debug("x".repeat(5000))', { timeout: 50 }, { attempt: 3 }));
    const [first, second, third] = await (harness.deps.stores.sideLog as SideLogStore).list('run_1');
    expect(first).toMatchObject({
      nodeRunId: 'nrun_1',
      path: 'node',
      attempt: 1,
      n: 0,
      lines: [
        { level: 'info', message: 'a {"b":1} [2]' },
        { level: 'warn', message: 'two\nlines' },
        { level: 'error', message: 'e' },
      ],
    });
    expect(second?.lines).toMatchObject([{ level: 'info', message: 'before' }]);
    expect(third?.lines).toHaveLength(100);
    expect(third?.lines[0]?.message).toHaveLength(1_000);
  });

  it('is not decided by a side log that cannot be written', async () => {
    const sideLog = { append: () => Promise.reject(new Error('down')) };
    const broken = createHarness({ stores: { ...harness.deps.stores, sideLog } });
    expect(await outputOf(broken.activities.call(toCall('script', { code: 'console.log(1); return 2' })))).toBe(2);
    expect(broken.lines).toMatchObject([{ level: 'warn' }]);
    await broken.close();
  });

  it.each([
    ['\n\nthrow new Error("boom")', 'Error: boom (line 3)', 3],
    ['null.x', "TypeError: cannot read property 'x' of null (line 1)", 1],
    ['return 1 +', "SyntaxError: unexpected token in expression: '}' (line 2)", 2],
    ['throw "text"', 'The code threw text', undefined],
    ['throw { a: 1 }', 'The code threw {"a":1}', undefined],
    ['return Promise.reject(new TypeError("x"))', 'TypeError: x (line 1)', 1],
    ['return new Promise(() => {})', 'The code returned a promise that never settles', undefined],
    ['return () => 1', 'TypeError: The code returned a function, which is not data', undefined],
    ['const a = {}; a.a = a; return a', 'TypeError: circular reference', undefined],
    ['return 10n', 'TypeError: Do not know how to serialize a BigInt', undefined],
  ])('%j is a script_error', async (code, message, line) => {
    const failure = await failureOf(call(code));
    expect(failure).toMatchObject({ code: 'script_error', message, retryable: false, nodePath: 'node' });
    expect(failure.details).toEqual(line === undefined ? undefined : { line });
  });

  it.each<[string, JsonObject]>([
    ['code', { code: 5 }],
    ['code', { code: 'return "\0"' }],
    ['timeout', { code: 'return 1', timeout: 10_001 }],
    ['timeout', { code: 'return 1', timeout: '1s' }],
  ])('refuses a wrong %s', async (param, params) => {
    expect(await failureOf(harness.activities.call(toCall('script', params)))).toMatchObject({
      code: 'invalid_params',
      details: { param },
    });
  });

  it('stops when it is cancelled, and the sandbox goes on', async () => {
    const cancelled = createHarness({ sandbox: harness.deps.sandbox });
    const reason = new Error('cancelled');
    const running = cancelled.activities.call(
      toCall('script', { code: 'while (true);', timeout: 10_000 }, { timeoutMs: 20_000 }),
    );
    setTimeout(() => cancelled.cancel.abort(reason), 100);
    const startedAt = performance.now();
    await expect(running).rejects.toBe(reason);
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect(await run('return 1')).toBe(1);
  });

  it('a waiting one leaves the queue when its time is over', async () => {
    const busy = Array.from({ length: 2 }, () => failureOf(call('while (true);', { timeout: 800 })));
    expect(await failureOf(call('return 1', {}, { timeoutMs: 200 }))).toMatchObject({ code: 'timeout' });
    await Promise.all(busy);
    expect(await run('return 1')).toBe(1);
  });
});
