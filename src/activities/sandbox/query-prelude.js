// @ts-check
/**
 * The function `queryPrelude` runs inside QuickJS (its text is sent there) after `prelude` and the JSONata library: it gives the
 * sandbox a `run` for queries. `RE2JS` is there only when the query may hold a regular expression: it is slow to load.
 *
 * @typedef {{ kept: boolean, prelude: ReturnType<typeof import('./prelude').prelude> }} Kept
 *
 * @param {ReturnType<typeof import('./prelude').prelude>} api
 * @param {typeof import('jsonata')} jsonata
 * @param {typeof import('re2js') | undefined} re2js
 * @param {{ queryDepth: number, querySequence: number }} limits
 */
function queryPrelude(api, jsonata, re2js, limits) {
  /** JSONata asks the environment for base64, as a browser has it. */
  const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  /** @param {string} bytes */
  const btoa = (bytes) => {
    let text = '';
    for (let at = 0; at < bytes.length; at += 3) {
      const left = bytes.length - at;
      const group = [0, 1, 2].reduce((sum, n) => (sum << 8) | (n < left ? bytes.charCodeAt(at + n) & 255 : 0), 0);
      for (let n = 0; n < 4; n += 1) text += n <= left ? ALPHABET.charAt((group >> (18 - 6 * n)) & 63) : '=';
    }
    return text;
  };
  /** @param {string} text */
  const atob = (text) => {
    let bytes = '';
    let bits = 0;
    let held = 0;
    for (const char of text) {
      const value = ALPHABET.indexOf(char);
      if (value < 0) continue;
      held = ((held << 6) | value) & 0xffffff;
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      bytes += String.fromCharCode((held >> bits) & 255);
    }
    return bytes;
  };
  /** @type {Record<string, unknown>} */ (globalThis)['window'] = { btoa, atob };

  /** The part of RegExp that JSONata uses, in linear time. */
  class LinearRegExp {
    /** @param {RegExp} pattern a parsed literal: only its text is used */
    constructor(pattern) {
      this.lastIndex = 0;
      if (re2js === undefined) throw new Error('Regular expressions are written as /literals/');
      const { RE2JS } = re2js;
      let flags = 0;
      if (pattern.flags.includes('i')) flags |= RE2JS.CASE_INSENSITIVE;
      if (pattern.flags.includes('m')) flags |= RE2JS.MULTILINE;
      try {
        this.compiled = RE2JS.compile(RE2JS.translateRegExp(pattern.source), flags);
      } catch {
        throw new Error(
          `The regular expression /${pattern.source}/ is not supported: write it without look-around and back references`,
        );
      }
    }

    /** @param {string} text */
    exec(text) {
      const matcher = this.compiled.matcher(text);
      if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
        this.lastIndex = 0;
        return null;
      }
      /** @type {(string | null)[] & { index?: number }} */
      const match = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group));
      match.index = matcher.start();
      this.lastIndex = matcher.end();
      return match;
    }
  }

  /** A result may hold functions, whose surroundings are circular: they are no data. @param {string} _key @param {unknown} value */
  const onlyData = (_key, value) => {
    const marked = typeof value === 'object' && value !== null && ('_jsonata_lambda' in value || '_jsonata_function' in value);
    if (marked || typeof value === 'function') throw new TypeError('The query returned a function, which is not data');
    return value;
  };
  const forbidEval = () => {
    throw new Error('$eval is not available; write the query itself');
  };
  return {
    ...api,
    /** @param {string} code @param {string} input */
    run: (code, input) =>
      api.guarded(() => {
        const query = jsonata(code, {
          RegexEngine: /** @type {RegExpConstructor} */ (/** @type {unknown} */ (LinearRegExp)),
          stack: limits.queryDepth,
          sequence: limits.querySequence,
        });
        query.registerFunction('eval', forbidEval, '<sx?:x>');
        api.finish(query.evaluate(api.parse(input)), onlyData);
      }),
  };
}
exports.queryPrelude = queryPrelude;
