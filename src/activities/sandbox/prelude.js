// @ts-check
/**
 * The function `prelude` runs inside QuickJS (its text is sent there) before any code of a flow. It fixes the clock and the
 * random numbers, collects console lines, and keeps the intrinsics that it needs later, so that the code cannot replace them.
 * All that crosses the border is text of bounded length: the host never looks into a value of the code.
 *
 * @param {number} nowMs
 * @param {number} seed
 * @param {{ outputChars: number, logLines: number, logLineChars: number }} limits
 */
function prelude(nowMs, seed, limits) {
  const { parse, stringify } = JSON;
  const { construct } = Reflect;
  const { min, imul } = Math;
  const Compile = Function;
  const RealDate = Date;
  const toText = String;
  const Fault = TypeError;
  const call = Function.prototype.call;
  /** @type {(text: string, from: number, to: number) => string} */
  const slice = call.bind(String.prototype.slice);
  /** @type {(promise: PromiseLike<unknown>, done: (value: unknown) => void, failed: (error: unknown) => void) => void} */
  const then = call.bind(Promise.prototype.then);
  const ThePromise = Promise;

  /** @this {unknown} @param {[] | [number]} given */
  function FixedDate(...given) {
    if (new.target === undefined) return new RealDate(nowMs).toString();
    return construct(RealDate, given.length === 0 ? [nowMs] : given, new.target);
  }
  FixedDate.prototype = RealDate.prototype;
  FixedDate.now = () => nowMs;
  FixedDate.parse = RealDate.parse;
  FixedDate.UTC = RealDate.UTC;
  RealDate.prototype.constructor = FixedDate;
  const scope = /** @type {Record<string, unknown>} */ (globalThis);
  scope['Date'] = FixedDate;
  delete scope['performance'];

  let state = seed >>> 0;
  Math.random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };

  /** Texts of lines: null prototype, so that no setter or toJSON of the code is met. */
  const lines = Object.create(null);
  let count = 0;
  /** @param {unknown} value */
  const show = (value) => {
    if (typeof value === 'string') return value;
    try {
      return stringify(value) ?? toText(value);
    } catch {
      return '[not shown]';
    }
  };
  /** @param {string} level */
  const write =
    (level) =>
    /** @param {unknown[]} values */
    (...values) => {
      if (count >= limits.logLines) return;
      let message = '';
      for (let n = 0; n < values.length && message.length < limits.logLineChars; n += 1)
        message += (n === 0 ? '' : ' ') + show(values[n]);
      lines[count] = `${level} ${slice(message, 0, limits.logLineChars)}`;
      count += 1;
    };
  scope['console'] = {
    debug: write('debug'),
    log: write('info'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
  };

  let oversized = false;
  /** @type {string | undefined} */
  let answer;
  /** @type {string | undefined} */
  let fault;
  /**
   * What the code threw, an error's members or any value: name, message, stack and code with a control character between (a NUL would end the text).
   * @param {unknown} error
   */
  const fail = (error) => {
    const bounded = (/** @type {unknown} */ text) => slice(typeof text === 'string' ? text : '', 0, 2_000);
    try {
      const members = typeof error === 'object' && error !== null ? /** @type {Record<string, unknown>} */ (error) : {};
      const { name, message, stack, code } = members;
      const told = typeof message === 'string' ? message : `The code threw ${show(error)}`;
      fault = `${bounded(name)}\u0001${bounded(told)}\u0001${bounded(stack)}\u0001${bounded(code)}`;
    } catch {
      fault = '\u0001The code threw something that cannot be shown\u0001\u0001';
    }
  };
  /** @param {unknown} value @param {(key: string, value: unknown) => unknown} [check] */
  const settle = (value, check) => {
    const json = value === undefined ? 'null' : stringify(value, check);
    if (json === undefined) throw new Fault(`The code returned a ${typeof value}, which is not data`);
    if (json.length > limits.outputChars) oversized = true;
    else answer = json;
  };
  /** @param {unknown} value @param {(key: string, value: unknown) => unknown} [check] */
  const finish = (value, check) => {
    const later =
      typeof value === 'object' && value !== null && typeof (/** @type {{ then?: unknown }} */ (value).then) === 'function';
    if (!later) return settle(value, check);
    then(
      new ThePromise((resolve) => resolve(value)),
      (result) => {
        try {
          settle(result, check);
        } catch (error) {
          fail(error);
        }
      },
      fail,
    );
  };

  /** @param {() => void} work */
  const guarded = (work) => {
    try {
      work();
    } catch (error) {
      fail(error);
    }
  };
  return {
    finish,
    guarded,
    parse,
    /** @param {string} code @param {string} input */
    run: (code, input) => guarded(() => finish(new Compile('input', code)(parse(input)))),
    answer: () => answer ?? '',
    fault: () => fault ?? '',
    oversized: () => (oversized ? 'yes' : ''),
    lineCount: () => toText(min(count, limits.logLines)),
    /** @param {string} n */
    line: (n) => lines[n] ?? '',
  };
}
exports.prelude = prelude;
