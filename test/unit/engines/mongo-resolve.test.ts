import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveMongo } from '../../../src/engines/mongo/resolve';
import { exec as realExec, type Exec } from '../../../src/engines/process/exec';
import { playServer, type LocalServer } from './local-server';

const limits = { answerMs: 300, windowMs: 300, windowBytes: 1024 };
const notInstalled = (command: string) => ({ ok: false, stdout: '', reason: `${command} is not installed` });

describe('finding MongoDB', () => {
  let cacheDir: string;
  let server: LocalServer | undefined;
  let lines: string[];
  beforeEach(async () => {
    cacheDir = await mkdtemp(join(tmpdir(), 'reprise-cache-'));
    lines = [];
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    await rm(cacheDir, { recursive: true });
  });
  const deps = (exec: Exec, archiveUrl = 'http://127.0.0.1:1/mongodb-linux-x86_64-debian12-8.2.6.tgz') => ({
    cacheDir,
    exec,
    limits,
    archiveUrl: () => Promise.resolve(archiveUrl),
    report: (line: string) => void lines.push(line),
  });
  const playVendor = async (script: string) => {
    const top = join(cacheDir, 'made', 'mongodb-linux');
    await mkdir(join(top, 'bin'), { recursive: true });
    await writeFile(join(top, 'bin', 'mongod'), script);
    await chmod(join(top, 'bin', 'mongod'), 0o755);
    await realExec('tar', ['-czf', join(cacheDir, 'a.tgz'), '-C', join(cacheDir, 'made'), 'mongodb-linux'], { timeoutMs: 5_000 });
    const bytes = await readFile(join(cacheDir, 'a.tgz'));
    const sum = `${createHash('sha256').update(bytes).digest('hex')}  a.tgz\n`;
    server = await playServer((request, response) => void response.end(request.url?.endsWith('.sha256') ? sum : bytes));
    return `${server.url}/linux/a.tgz`;
  };
  /** mongod is not installed, go answers what the test says, the rest is real. */
  const withoutMongod =
    (go: Exec): Exec =>
    (command, args, options) => {
      if (command === 'mongod') return Promise.resolve(notInstalled('mongod'));
      return command === 'go' ? go(command, args, options) : realExec(command, args, options);
    };
  const goBuilds: Exec = async (_command, args) => {
    if (args[0] === 'build') await writeFile(args[args.indexOf('-o') + 1] ?? '', 'binary');
    return { ok: true, stdout: 'go version go1.26', reason: '' };
  };

  test('mongod on PATH comes first', async () => {
    const exec: Exec = () => Promise.resolve({ ok: true, stdout: 'db version v8', reason: '' });
    expect(await resolveMongo(deps(exec))).toEqual({ path: 'mongod', flavour: 'mongod', source: 'path' });
  });

  test('a named binary that does not run is refused, not passed over', async () => {
    await expect(resolveMongo({ ...deps(withoutMongod(goBuilds)), named: '/opt/gone' })).rejects.toThrow(
      /MONGOD_BIN names \/opt\/gone/,
    );
  });

  test('the vendor archive is verified, unpacked and cached', async () => {
    const found = await resolveMongo(deps(withoutMongod(goBuilds), await playVendor('#!/bin/sh\necho "db version v8.2.6"\n')));
    expect(found).toEqual({ path: join(cacheDir, 'a', 'bin', 'mongod'), flavour: 'mongod', source: 'download' });
  });

  test('data goes on with the kind of server that wrote it', async () => {
    const url = await playVendor('#!/bin/sh\necho "db version v8.2.6"\n');
    const onPath: Exec = (command, args, options) =>
      command === 'mongod' ? Promise.resolve({ ok: true, stdout: '', reason: '' }) : withoutMongod(goBuilds)(command, args, options);
    expect(await resolveMongo({ ...deps(onPath, url), only: 'stand-in' })).toMatchObject({ flavour: 'stand-in', source: 'registry' });
    expect(await resolveMongo({ ...deps(onPath, url), only: 'stand-in' })).toMatchObject({ flavour: 'stand-in', source: 'cache' });
    expect(await resolveMongo({ ...deps(withoutMongod(goBuilds), url), only: 'mongod' })).toMatchObject({ flavour: 'mongod' });
  });

  test('an archive that does not run here falls through to the stand-in', async () => {
    const found = await resolveMongo(
      deps(withoutMongod(goBuilds), await playVendor('#!/bin/sh\necho "libcrypto.so.3: cannot open" >&2\nexit 127\n')),
    );
    expect(found.flavour).toBe('stand-in');
    expect(lines).toContainEqual('MongoDB: official download 8.2.6: it does not run here: libcrypto.so.3: cannot open');
  });

  test('a module registry that never answers ends the build soon', async () => {
    const go: Exec = async (_command, args, options) => {
      if (args[0] !== 'build') return { ok: true, stdout: '', reason: '' };
      const real = Date.now;
      options.onLine?.('# get https://modules.example/github.com/x/@v/v1.zip');
      Date.now = () => real() + 9_500;
      const reason = options.giveUp?.() ?? '';
      Date.now = real;
      return { ok: reason === '', stdout: '', reason };
    };
    await expect(resolveMongo(deps(withoutMongod(go)))).rejects.toThrow(
      /stand-in from Go modules: the module registry did not answer within 8 s/,
    );
  });

  test('two starts at once build once', async () => {
    let builds = 0;
    const slow: Exec = async (command, args, options) => {
      if (args[0] === 'build') {
        builds += 1;
        await new Promise((done) => setTimeout(done, 300));
      }
      return goBuilds(command, args, options);
    };
    const [one, two] = await Promise.all([resolveMongo(deps(withoutMongod(slow))), resolveMongo(deps(withoutMongod(slow)))]);
    expect(one).toEqual(two);
    expect(builds).toBe(1);
  });
});
