/** Finds a running `reprise dev`, or starts one and ends it again. */
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');
const START_LIMIT_MS = 10 * 60_000;
const STOP_LIMIT_MS = 30_000;

/**
 * @typedef {object} Reprise
 * @property {string} url
 * @property {{ username: string, password: string }} credentials
 * @property {number} servicesPort the loopback port that the examples' servers listen on
 * @property {string} temporal base URL of Temporal's HTTP API
 * @property {string} namespace
 * @property {boolean} ours whether this process started it
 * @property {() => Promise<void>} restart ends it and starts it again; only when it is ours
 * @property {() => Promise<void>} stop nothing when it is not ours
 */

/** @param {string} url */
const isReady = async (url) => {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
};

/**
 * Starts `npm start`'s own script and answers when it is ready.
 * @param {string} url @param {(line: string) => void} say
 */
async function start(url, say) {
  const flags = ['--max-semi-space-size=4', '--max-old-space-size=256'];
  const child = spawn(process.execPath, [...flags, path.join(ROOT, 'scripts', 'start.js')], {
    cwd: ROOT,
    env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  /** @type {string[]} */
  const lines = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (/** @type {Buffer} */ part) => lines.push(part.toString('utf8')));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGINT');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  };
  say('starting Reprise (npm start) …');
  for (const since = Date.now(); !(await isReady(url));) {
    if (child.exitCode !== null || Date.now() - since > START_LIMIT_MS) {
      await stop();
      throw new Error(`Reprise did not start:\n${lines.join('').trim()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return stop;
}

/** @param {string} file */
const readSecret = (file) => {
  try {
    return fs.readFileSync(file, 'utf8').trim();
  } catch {
    throw new Error(`${file} cannot be read: run the examples where Reprise was started, or set REPRISE_ADMIN_PASSWORD.`);
  }
};

/**
 * @param {(line: string) => void} say
 * @returns {Promise<Reprise>}
 */
async function findReprise(say) {
  const { parseConfig } = require(path.join(ROOT, 'dist', 'config.js'));
  const config = parseConfig(process.env);
  const url = `http://127.0.0.1:${config.port}`;
  let stop = (await isReady(url)) ? undefined : await start(url, say);
  const ours = stop !== undefined;
  if (!ours) say(`using the Reprise that runs on ${url}`);
  const ports = JSON.parse(readSecret(path.join(config.dataDir, 'ports.json')));
  const password = config.adminPassword ?? readSecret(path.join(config.dataDir, 'secrets', 'admin-password'));
  return {
    url,
    credentials: { username: config.adminEmail, password },
    servicesPort: ports.exampleReceiver,
    temporal: `http://127.0.0.1:${ports.temporalHttp}`,
    namespace: config.temporalNamespace,
    ours,
    restart: async () => {
      await stop?.();
      stop = await start(url, say);
    },
    stop: async () => stop?.(),
  };
}

module.exports = { findReprise };
