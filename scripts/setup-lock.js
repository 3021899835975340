/** One set-up of a clone at a time: two commands that start together must not install into the same folder. */
'use strict';
const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');

/** A lock is empty between its creation and its first write; one that stays so was left by a kill at that moment. */
const EMPTY_GRACE_MS = 5_000;

/**
 * @param {string} file
 * @returns {number | undefined} the process that holds the lock, 0 when it is not written yet, undefined when it is gone
 */
const holderOf = (file) => {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'));
    return pid === 0 && Date.now() - fs.statSync(file).mtimeMs > EMPTY_GRACE_MS ? -1 : pid;
  } catch {
    return undefined;
  }
};

/** @param {number} pid */
const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
};

/**
 * @template T
 * @param {string} file
 * @param {(line: string) => void} say
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withLock(file, say, work) {
  for (let told = false; ;) {
    try {
      fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder === -1 || (holder !== undefined && !isRunning(holder))) {
      fs.rmSync(file, { force: true });
      continue;
    }
    if (!told) say(`… waiting for the set-up of process ${holder ?? 'unknown'}`);
    told = true;
    await sleep(300);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

module.exports = { withLock };
