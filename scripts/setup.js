/**
 * Makes a clone ready: dependencies, build, engines. Node built-ins only, because it runs before anything is installed.
 * Each step is skipped when what it makes is up to date. As a command: `node scripts/setup.js [--build] [--engines]`.
 */
'use strict';
const { createHash } = require('node:crypto');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { withLock } = require('./setup-lock.js');

const root = path.join(__dirname, '..');
const dist = path.join(root, 'dist');
const OLDEST_NODE = [20, 19];

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/** @param {number} since epoch ms */
const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** @returns {void} Throws when Node is too old to go on. */
function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = OLDEST_NODE;
  if (major < needMajor || (major === needMajor && minor < needMinor))
    throw new Error(`Node ${OLDEST_NODE.join('.')} or newer is needed, this is ${process.versions.node}: install a newer one.`);
}

/**
 * Runs a command to its end, its output shown only when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<void>}
 */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) return resolve();
      reject(
        new Error(
          `${path.basename(command)} ${args.map((arg) => path.basename(arg)).join(' ')} failed:\n${Buffer.concat(output).toString('utf8').slice(-8_000)}`,
        ),
      );
    });
  });
}

/**
 * One step with its progress: a line when it is fresh, else a line at start, every 10 s and at the end.
 * @param {string} name
 * @param {() => boolean} isFresh
 * @param {() => Promise<void>} work
 */
async function step(name, isFresh, work) {
  if (isFresh()) return say(`✓ ${name}: up to date`);
  const since = Date.now();
  say(`… ${name}`);
  const beat = setInterval(() => say(`… ${name}, ${seconds(since)}`), 10_000);
  try {
    await work();
  } finally {
    clearInterval(beat);
  }
  say(`✓ ${name} (${seconds(since)})`);
}

/**
 * @param {string} file
 * @returns {any} the parsed file, undefined when there is none
 */
const readJson = (file) => (fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined);

/** Whether node_modules is what package-lock.json asks for: npm notes what it installed in a lock file of its own. */
function dependenciesAreFresh() {
  const wanted = readJson(path.join(root, 'package-lock.json')).packages;
  const found = readJson(path.join(root, 'node_modules', '.package-lock.json'))?.packages;
  if (found === undefined) return false;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '' || entry.link) return true;
    const installed = found[place];
    // Optional packages of other platforms are in the lock file but never installed.
    return installed === undefined
      ? entry.optional === true
      : installed.version === entry.version && installed.integrity === entry.integrity;
  });
}

function installDependencies() {
  const cli = process.env['npm_execpath'];
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  return cli !== undefined && cli.endsWith('.js') ? run(process.execPath, [cli, ...args]) : run('npm', args);
}

/**
 * @param {string} folder
 * @returns {string[]} every file below, sorted
 */
const filesBelow = (folder) =>
  fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();

/** What a build depends on, as one hash. */
function sourceHash() {
  const hash = createHash('sha256');
  const single = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/setup.js',
    'scripts/bundle-workflows.js',
  ];
  for (const file of [...single.map((name) => path.join(root, name)), ...filesBelow(path.join(root, 'src'))]) {
    hash.update(path.relative(root, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}

/** Compiles into a new folder that then takes the place of the old one, so that dist is never half a build. */
async function build() {
  const hash = sourceHash();
  const fresh = path.join(root, `dist.new.${process.pid}`);
  try {
    await run(process.execPath, [
      path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
      '-p',
      'tsconfig.build.json',
      '--outDir',
      fresh,
    ]);
    // Worker threads and the like are plain JavaScript, which tsc leaves alone.
    for (const file of filesBelow(path.join(root, 'src')).filter((name) => !/\.tsx?$/.test(name))) {
      const target = path.join(fresh, path.relative(path.join(root, 'src'), file));
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.copyFileSync(file, target);
    }
    await run(process.execPath, [path.join(root, 'scripts', 'bundle-workflows.js'), fresh]);
    fs.writeFileSync(path.join(fresh, '.built-from'), hash);
    const old = path.join(root, `dist.old.${process.pid}`);
    if (fs.existsSync(dist)) fs.renameSync(dist, old);
    fs.renameSync(fresh, dist);
    fs.rmSync(old, { recursive: true, force: true });
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

const buildIsFresh = () => {
  const stamp = path.join(dist, '.built-from');
  return fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === sourceHash();
};

/** Finds, downloads or builds the engines through the built program; it says what it does itself. */
function prepareEngines() {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(dist, 'bin', 'reprise.js'), 'engines'], { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(undefined) : reject(new Error('The engines are not ready: see the lines above.')),
    );
  });
}

/**
 * @param {{ readonly build?: boolean, readonly engines?: boolean }} wanted both by default; dependencies always
 * @returns {Promise<void>}
 */
async function setup({ build: wantsBuild = true, engines = true } = {}) {
  checkNode();
  const lock = path.join(os.tmpdir(), `reprise-setup-${createHash('sha256').update(root).digest('hex').slice(0, 16)}.lock`);
  await withLock(lock, say, async () => {
    await step('dependencies', dependenciesAreFresh, installDependencies);
    if (wantsBuild) await step('build', buildIsFresh, build);
  });
  if (engines) await prepareEngines();
}

module.exports = { setup };

if (require.main === module) {
  const only = process.argv.slice(2);
  const all = only.length === 0;
  setup({
    build: all || only.includes('--build') || only.includes('--engines'),
    engines: all || only.includes('--engines'),
  }).catch((error) => {
    say(error.message);
    process.exitCode = 1;
  });
}
