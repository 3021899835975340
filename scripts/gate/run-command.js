const { spawn } = require('node:child_process');
const path = require('node:path');

const root = path.join(__dirname, '..', '..');
const TAIL_BYTES = 200_000;

/** @type {Set<number>} process groups that this process started and that live */
const groups = new Set();

/** @param {number} group @param {NodeJS.Signals} signal */
const signalGroup = (group, signal) => {
  try {
    process.kill(-group, signal);
  } catch {
    // It ended in the meantime.
  }
};

/** A step runs in a process group of its own, so that its time limit ends its children too; Ctrl-C must then be passed on. */
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    for (const group of groups) signalGroup(group, signal);
    process.exit(130);
  });
}

/**
 * Runs a Node script to its end.
 * @param {readonly string[]} args script and arguments
 * @param {{ readonly show: boolean, readonly limitMs: number, readonly env?: Readonly<Record<string, string>> }} options
 *   `show`: output goes to the terminal as it comes, else it is kept and returned
 * @returns {Promise<{ readonly ended: number | string, readonly output: string }>} exit code, or why there is none
 */
function runNode(args, { show, limitMs, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    const group = child.pid;
    if (group !== undefined) groups.add(group);
    let output = '';
    const keep = (/** @type {Buffer} */ chunk) => {
      output = (output + chunk.toString('utf8')).slice(-TAIL_BYTES);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      if (group !== undefined) signalGroup(group, 'SIGKILL');
    }, limitMs);
    const end = (/** @type {number | string} */ ended) => {
      clearTimeout(limit);
      if (group !== undefined) groups.delete(group);
      resolve({ ended: late ? `the time limit of ${limitMs / 1000} s` : ended, output });
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(code ?? signal ?? 'no exit code'));
  });
}

module.exports = { runNode, root };
