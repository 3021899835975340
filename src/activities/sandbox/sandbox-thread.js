// @ts-check
/**
 * Entry of a worker thread: code of flows in QuickJS (WebAssembly), JavaScript as well as JSONata. Each job gets a WebAssembly
 * instance of its own, so that nothing of one flow is left for the next; no host function and no host object is given in.
 * JSONata runs there too because V8 ends the whole process, not the thread, when one operation asks for too much memory.
 * Plain JavaScript because Node loads a thread's file itself: the same file from src (tests) and from dist.
 */
const { readFileSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
const { newQuickJSWASMModuleFromVariant, newVariant } = require('quickjs-emscripten-core');
const baseVariant = require('@jitl/quickjs-wasmfile-release-sync').default;
const { prelude } = require('./prelude');
const { queryPrelude } = require('./query-prelude');
/** @typedef {import('./protocol').SandboxJob} SandboxJob */
/** @typedef {import('./protocol').SandboxAnswer} SandboxAnswer */
/** @typedef {import('./protocol').SandboxFault} SandboxFault */
/** @typedef {import('./protocol').SandboxLimits} SandboxLimits */
/** @typedef {import('quickjs-emscripten-core').QuickJSContext} QuickJSContext */
/** @typedef {import('quickjs-emscripten-core').QuickJSHandle} QuickJSHandle */

// Local time is UTC for every flow, wherever the worker runs: this is what the sandbox asks for the offset.
Reflect.set(Date.prototype, 'getTimezoneOffset', () => 0);

const { Module } = /** @type {{ WebAssembly: { Module: new (bytes: Uint8Array) => object } }} */ (
  /** @type {unknown} */ (globalThis)
).WebAssembly;
const variant = newVariant(baseVariant, {
  wasmModule: new Module(readFileSync(require.resolve('@jitl/quickjs-wasmfile-release-sync/wasm'))),
});

/** Time to read answer and lines after the code's own time is up. */
const READING_MS = 100;

/** @type {Map<string, string>} */
const libraries = new Map();
/** @param {string} file */
const libraryText = (file) => {
  const text = libraries.get(file) ?? readFileSync(require.resolve(file), 'utf8');
  libraries.set(file, text);
  return text;
};

/** @param {QuickJSContext} context @param {string} file */
const loadLibrary = (context, file) =>
  context.unwrapResult(
    context.evalCode(
      `(function () { const module = { exports: {} }; const exports = module.exports;\n${libraryText(file)}\n;return module.exports; })()`,
      file,
    ),
  );

/** @param {QuickJSContext} context @param {SandboxJob} job @param {SandboxLimits} limits */
const setUp = (context, job, limits) => {
  const bounds = context.unwrapResult(context.evalCode(`(${JSON.stringify(limits)})`));
  /** @param {Function} source @param {QuickJSHandle[]} values */
  const apply = (source, ...values) =>
    context.unwrapResult(
      context.callFunction(context.unwrapResult(context.evalCode(`(${source.toString()})`)), context.undefined, ...values),
    );
  const api = apply(prelude, context.newNumber(job.nowMs), context.newNumber(job.seed), bounds);
  if (job.language === 'javascript') return api;
  const jsonata = loadLibrary(context, 'jsonata/jsonata.min.js');
  const re2js = job.code.includes('/') ? loadLibrary(context, 're2js') : context.undefined;
  return apply(queryPrelude, api, jsonata, re2js, bounds);
};

/**
 * @param {SandboxJob} job
 * @param {SandboxLimits} limits
 * @returns {Promise<SandboxAnswer>}
 */
const run = async (job, limits) => {
  const quickjs = await newQuickJSWASMModuleFromVariant(variant);
  const runtime = quickjs.newRuntime();
  runtime.setMemoryLimit(limits.memory);
  runtime.setMaxStackSize(limits.stack);
  const context = runtime.newContext();
  const api = setUp(context, job, limits);

  parentPort?.postMessage('started');
  let deadline = performance.now() + job.timeoutMs;
  let late = false;
  runtime.setInterruptHandler(() => {
    late ||= performance.now() >= deadline;
    return performance.now() >= deadline;
  });
  let broken = false;
  /** @param {string} method @param {string[]} values */
  const invoke = (method, ...values) => {
    const result = context.callFunction(
      context.getProp(api, method),
      context.undefined,
      ...values.map((value) => context.newString(value)),
    );
    // What was thrown is not looked at: the prelude catches all that code can throw, so this is time or memory.
    if (result.error !== undefined) broken = true;
    return result.error === undefined && context.typeof(result.value) === 'string' ? context.getString(result.value) : '';
  };
  try {
    invoke('run', job.code, job.input);
    if (runtime.executePendingJobs().error !== undefined) broken = true;
  } catch {
    broken = true;
  }
  const stopped = late;
  deadline = performance.now() + READING_MS;
  try {
    return { result: toResult(invoke, stopped, broken, job.timeoutMs), lines: readLines(invoke) };
  } catch {
    return { result: { ok: false, fault: TOO_MUCH_MEMORY }, lines: [] };
  }
};

/** @type {SandboxFault} */
const TOO_MUCH_MEMORY = { kind: 'memory', message: 'The code needs more memory than it may have; work on less data' };

/**
 * @param {(method: string) => string} invoke @param {boolean} late @param {boolean} broken @param {number} timeoutMs
 * @returns {SandboxAnswer['result']}
 */
const toResult = (invoke, late, broken, timeoutMs) => {
  if (late) return { ok: false, fault: { kind: 'timeout', message: `The code ran longer than ${timeoutMs} ms` } };
  const fault = invoke('fault');
  if (fault !== '') return { ok: false, fault: toFault(fault) };
  if (broken) return { ok: false, fault: TOO_MUCH_MEMORY };
  if (invoke('oversized') !== '')
    return { ok: false, fault: { kind: 'output', message: 'The code returned too much; make its result smaller' } };
  const output = invoke('answer');
  if (output !== '') return { ok: true, output };
  return { ok: false, fault: { kind: 'error', message: 'The code returned a promise that never settles' } };
};

/** @param {string} thrown as the prelude writes it @returns {SandboxFault} */
const toFault = (thrown) => {
  const [name = '', message = '', stack = '', code = ''] = thrown.split('\u0001');
  if (name === 'InternalError' && message === 'out of memory') return TOO_MUCH_MEMORY;
  // Function('input', code) puts two lines before the code.
  const line = /<input>:(\d+)/.exec(stack)?.[1];
  return {
    kind: 'error',
    message: `${name === '' ? '' : `${name}: `}${message}${code === '' ? '' : ` (${code})`}`,
    ...(line === undefined ? {} : { line: Math.max(1, Number(line) - 2) }),
  };
};

/** @param {(method: string, ...values: string[]) => string} invoke @returns {SandboxAnswer['lines'][number][]} */
const readLines = (invoke) => {
  const lines = [];
  const count = Number(invoke('lineCount'));
  for (let n = 0; n < count; n += 1) {
    const [, level, message = ''] = /^(debug|info|warn|error) (.*)$/s.exec(invoke('line', String(n))) ?? [];
    if (level !== undefined) lines.push({ level: /** @type {SandboxAnswer['lines'][number]['level']} */ (level), message });
  }
  return lines;
};

parentPort?.on('message', (/** @type {import('./protocol').ToThread} */ { job, limits }) => {
  run(job, limits).then(
    (answer) => parentPort?.postMessage(answer),
    () => parentPort?.postMessage({ result: { ok: false, fault: TOO_MUCH_MEMORY }, lines: [] }),
  );
});
parentPort?.postMessage('ready');
