import { createHarness, failureOf, outputOf, toCall, type Harness } from './harness';

/** Code that tries to leave the sandbox: what it finds must be nothing. */
const ESCAPES = [
  'return this.constructor.constructor("return typeof process")()',
  'return (function () { return typeof this.process })()',
  'return [].constructor.constructor("return typeof require")()',
  'return (async () => {}).constructor("return typeof process")()',
  'return Function("return typeof globalThis.process")()',
  'return (0, eval)("typeof process")',
  'try { null.x } catch (e) { return e.constructor.constructor("return typeof process")() }',
  'return Reflect.getPrototypeOf(function* () {}).constructor("return typeof process")().next().value ?? "undefined"',
  'return Error.prototype.constructor.constructor("return typeof process")()',
  'return console.log.constructor("return typeof process")()',
  'return Date.now.constructor("return typeof process")()',
  'return Math.random.constructor("return typeof process")()',
  'return typeof input.constructor.constructor("return this")().process',
  'return new Proxy({}, { get: (t, k, r) => typeof process }).x',
  'Error.prepareStackTrace = (e, frames) => frames; return typeof new Error().stack[0]?.getThis?.()?.process',
  'return [typeof require, typeof fetch, typeof setTimeout, typeof WebAssembly, typeof std, typeof os, typeof Worker, typeof performance].find((x) => x !== "undefined") ?? "undefined"',
  'return typeof import.meta',
  'return import("node:fs").then(() => "reached", () => "undefined")',
  'return import("data:text/javascript,export default 1").then(() => "reached", () => "undefined")',
  'const p = {}; p["__pro" + "to__"].polluted = 1; return typeof Object(1).process',
] as const;

/** Code that does not end by itself or asks for too much. */
const BOMBS = [
  'while (true);',
  'for (;;) { try { while (true); } catch {} }',
  'try { while (true); } finally { while (true); }',
  'const f = async () => { while (true) await null; }; return f()',
  'return { toJSON() { while (true); } }',
  'return { get then() { while (true); } }',
  'throw { get message() { while (true); } }',
  'throw new Proxy({}, { get() { while (true); } })',
  'console.log({ toJSON() { while (true); } })',
  '}); while (true); (function () {',
  'return /^(a+)+$/.test("a".repeat(40) + "b")',
  'return "x".repeat(1e9)',
  'let s = "x"; while (true) s += s',
  'const a = []; while (true) a.push(new Array(1000).fill(1))',
  'const a = []; while (true) a.push({ a: a.length })',
  'const o = {}; for (let n = 0; ; n += 1) o["k" + n] = n',
  'return new Uint8Array(1e9).length + new ArrayBuffer(2e9).byteLength',
  'return Array.from({ length: 1e9 })',
  'return [].concat(Array(1e9))',
  'return new Array(1e8).join("x").length',
  'return [..."a".repeat(1e7)].sort(() => -1).length',
  'let x = 10n ** 4000n; for (;;) x = x * x',
  'function f() { f(); } f()',
  'for (;;) { try { (function f() { f(); })(); } catch {} }',
  'return JSON.parse("[".repeat(1e5) + "]".repeat(1e5))',
  'const a = []; a[0] = a; return a.flat(Infinity)',
  'return "x".repeat(5e6)',
  'const w = new Map(); while (true) w.set({}, "x".repeat(1000))',
  'const f = () => Promise.resolve().then(() => { f(); f(); }); return f().then(() => new Promise(() => {}))',
  'throw new Error("x".repeat(1e7))',
  'throw Array(1e6).fill({})',
] as const;

const LIMIT_MS = 250;

describe('hostile code', () => {
  let harness: Harness;
  beforeAll(() => (harness = createHarness()));
  afterAll(() => harness.close());
  const call = (code: string, timeout = LIMIT_MS) =>
    harness.activities.call(toCall('script', { code, input: {}, timeout }, { timeoutMs: 15_000 }));

  it.each(ESCAPES)('finds no host: %s', async (code) => {
    const found = await outputOf(call(code)).catch(async () => (await failureOf(call(code))).code);
    expect(['undefined', 'script_error']).toContain(found);
  });

  it.each(BOMBS)('ends as a typed failure within its limit and 2 s: %s', async (code) => {
    const startedAt = performance.now();
    const { code: why } = await failureOf(call(code));
    expect(why).toMatch(/^(script_(timeout|memory|error)|output_too_large)$/);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS + 2_000);
  });

  it('holds up nobody else: others go on in the other thread', async () => {
    let stuck = true;
    const bomb = failureOf(call('return [].concat(Array(1e9))', 2_000)).finally(() => (stuck = false));
    for (let n = 0; n < 5; n += 1) expect(await outputOf(call(`return ${n}`))).toBe(n);
    expect(stuck).toBe(true);
    await bomb;
  });

  it('leaves the process as it was', async () => {
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(await outputOf(call('return 1'))).toBe(1);
  });
});
