/**
 * Finds a MongoDB server: MONGOD_BIN, PATH, MongoDB's own download (the URL by mongodb-memory-server-core, which knows
 * the distributions; fetched and verified by us, since its fetch has neither a deadline nor the vendor's SHA-256), and
 * last the stand-in that is built from Go modules. (MONGODB_URI, the first way of all, needs no binary.)
 */
import { createHash } from 'node:crypto';
import { copyFile, chmod, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { arch as hostArch, platform as hostPlatform, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { getOS } from 'mongodb-memory-server-core/lib/util/getos';
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl';
import { download, fetchText, type DownloadLimits } from '../install/download';
import { findInstalled, installOnce } from '../install/install-once';
import { packageRoot } from '../package-root';
import { exec as realExec, type Exec } from '../process/exec';
import { EngineUnavailable, firstThatWorks, StepFailed, type EngineStep, type Report } from '../step';

const MONGOD_VERSION = '8.2.6';
const ENGINE = 'MongoDB';

export interface MongoBinary {
  readonly path: string;
  readonly flavour: 'mongod' | 'stand-in';
  readonly source: 'named' | 'path' | 'cache' | 'download' | 'registry';
}
export interface MongoResolverDeps {
  readonly cacheDir: string;
  readonly report: Report;
  /** MONGOD_BIN: used or refused, never passed over. */
  readonly named?: string;
  /** What the data folder was written by: the two do not read each other's files. */
  readonly only?: MongoBinary['flavour'];
  readonly exec?: Exec;
  /** Answers the archive's URL; tests point it at their own server. */
  readonly archiveUrl?: () => Promise<string>;
  readonly limits?: DownloadLimits;
}

/** Throws EngineUnavailable when every way fails. */
export async function resolveMongo(deps: MongoResolverDeps): Promise<MongoBinary> {
  const exec = deps.exec ?? realExec;
  if (deps.named !== undefined) {
    const { ok, reason } = await exec(deps.named, ['--version'], { timeoutMs: 8_000 });
    if (!ok) throw new EngineUnavailable(`MONGOD_BIN names ${deps.named}, which cannot be used: ${reason}. Correct or unset it.`);
    return { path: deps.named, flavour: 'mongod', source: 'named' };
  }
  const wanted = (flavour: MongoBinary['flavour']): boolean => deps.only === undefined || deps.only === flavour;
  const cached = (await cachedBinaries(deps)).find(({ flavour }) => wanted(flavour));
  const steps: (EngineStep<MongoBinary> & Pick<MongoBinary, 'flavour'>)[] = [
    { name: 'mongod on PATH', flavour: 'mongod', quiet: cached !== undefined, run: () => onPath(exec) },
    ...(cached === undefined ? [] : [{ name: 'in the cache', flavour: cached.flavour, run: () => Promise.resolve(cached) }]),
    { name: `official download ${MONGOD_VERSION}`, flavour: 'mongod', run: () => fromVendor(deps, exec) },
    { name: 'stand-in from Go modules', flavour: 'stand-in', run: () => buildStandIn(deps, exec) },
  ];
  return firstThatWorks(
    ENGINE,
    steps.filter(({ flavour }) => wanted(flavour)),
    deps.report,
    'Install mongod and name it in MONGOD_BIN, or set MONGODB_URI to a running server; for the stand-in install Go 1.24 or newer.',
  );
}

/** What an earlier start installed, the real server first. */
async function cachedBinaries(deps: MongoResolverDeps): Promise<MongoBinary[]> {
  const archive = await (deps.archiveUrl ?? vendorUrl)().then(archiveEntry, () => undefined);
  const ways = [
    { entry: archive, file: join('bin', 'mongod'), flavour: 'mongod' as const },
    { entry: await standInEntry(standInSources()), file: 'reprise-standin', flavour: 'stand-in' as const },
  ];
  const found: MongoBinary[] = [];
  for (const { entry, file, flavour } of ways) {
    if (entry === undefined || (await findInstalled(deps.cacheDir, [entry])) === undefined) continue;
    found.push({ path: join(deps.cacheDir, entry, file), flavour, source: 'cache' });
  }
  return found;
}

const archiveName = (url: string): string => basename(new URL(url).pathname);
const archiveEntry = (url: string): string => archiveName(url).replace(/\.tgz$/, '');
const standInSources = (): string => join(packageRoot(), 'standin');

async function onPath(exec: Exec): Promise<MongoBinary> {
  const { ok, reason } = await exec('mongod', ['--version'], { timeoutMs: 8_000 });
  if (!ok) throw new StepFailed(reason);
  return { path: 'mongod', flavour: 'mongod', source: 'path' };
}

async function vendorUrl(): Promise<string> {
  const platform = hostPlatform();
  const arch = hostArch();
  return new MongoBinaryDownloadUrl({ platform, arch, version: MONGOD_VERSION, os: await getOS() }).getDownloadUrl();
}

async function fromVendor(deps: MongoResolverDeps, exec: Exec): Promise<MongoBinary> {
  const url = await (deps.archiveUrl ?? vendorUrl)();
  const archive = archiveName(url);
  if (!archive.endsWith('.tgz')) throw new StepFailed(`none as .tgz for ${hostPlatform()} ${hostArch()}`);
  const report: Report = (line) => deps.report(`${ENGINE}: official download: ${line}`);
  const limits = deps.limits && { limits: deps.limits };
  const folder = await installOnce({
    cacheDir: deps.cacheDir,
    entry: archiveEntry(url),
    report,
    fill: async (into) => {
      const sha256 = (await fetchText(`${url}.sha256`, deps.limits)).trim().split(/\s+/)[0] ?? '';
      if (!/^[0-9a-f]{64}$/i.test(sha256)) throw new StepFailed('the vendor gives no checksum for it');
      const file = join(into, archive);
      report('downloading');
      await download({ url, to: file, sha256, report, ...limits });
      const unpacked = await exec('tar', ['-xzf', file, '-C', into, '--strip-components=1'], { timeoutMs: 120_000 });
      if (!unpacked.ok) throw new StepFailed(`cannot unpack ${archive}: ${unpacked.reason}`);
      await rm(file);
      const probe = await exec(join(into, 'bin', 'mongod'), ['--version'], { timeoutMs: 8_000 });
      // A build for another distribution starts with a missing library: better now than at the first start.
      if (!probe.ok) throw new StepFailed(`it does not run here: ${probe.reason}`);
    },
  });
  return { path: join(folder, 'bin', 'mongod'), flavour: 'mongod', source: 'download' };
}

/** The sources name the cache entry: another version of them is another entry. */
async function standInEntry(sources: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(sources)).filter((file) => /\.go$|^go\.(mod|sum)$/.test(file)).sort()) {
    hash.update(name).update(await readFile(join(sources, name)));
  }
  return `standin-${hash.digest('hex').slice(0, 16)}-${process.platform}-${process.arch}`;
}

async function buildStandIn(deps: MongoResolverDeps, exec: Exec): Promise<MongoBinary> {
  const sources = standInSources();
  const report: Report = (line) => deps.report(`${ENGINE}: stand-in: ${line}`);
  const folder = await installOnce({
    cacheDir: deps.cacheDir,
    entry: await standInEntry(sources),
    report,
    fill: async (into) => {
      const work = await mkdtemp(join(tmpdir(), 'reprise-standin-'));
      try {
        const built = join(work, 'reprise-standin');
        await goBuild(exec, sources, built, report);
        await copyFile(built, join(into, 'reprise-standin'));
        await chmod(join(into, 'reprise-standin'), 0o755);
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    },
  });
  return { path: join(folder, 'reprise-standin'), flavour: 'stand-in', source: 'registry' };
}

/** `go` has no deadline of its own: a request for a module that gets no answer within this ends the build. */
const MODULE_ANSWER_MS = 8_000;

async function goBuild(exec: Exec, cwd: string, output: string, report: Report): Promise<void> {
  const version = await exec('go', ['version'], { timeoutMs: 8_000 });
  if (!version.ok) throw new StepFailed(version.reason);
  report('building with Go (one to four minutes, once)');
  const started = Date.now();
  let told = started;
  const asked = new Map<string, number>();
  let gaveUp: string | undefined;
  let lastError: string | undefined;
  const onLine = (line: string): void => {
    // "# get URL" is a request, "# get URL: 200 OK (0.1s)" its answer.
    const request = /^# get (\S+?)(: .*)?$/.exec(line);
    if (request?.[1] !== undefined && request[2] === undefined) asked.set(request[1], Date.now());
    else if (request?.[1] !== undefined) asked.delete(request[1]);
    else if (/^go: (?!downloading)|error|cannot/.test(line)) lastError = line;
    if (Date.now() - told > 15_000) {
      told = Date.now();
      report(`still building, ${Math.round((told - started) / 1000)} s`);
    }
  };
  const giveUp = (): string | undefined => {
    if ([...asked.values()].some((at) => Date.now() - at > MODULE_ANSWER_MS)) {
      gaveUp = `the module registry did not answer within ${MODULE_ANSWER_MS / 1000} s`;
    }
    return gaveUp;
  };
  // The tags leave cgo out: no C compiler is needed.
  const args = ['build', '-x', '-trimpath', '-mod=readonly', '-tags', 'netgo,osusergo', '-o', output, '.'];
  const { ok, reason } = await exec('go', args, { cwd, timeoutMs: 600_000, onLine, giveUp });
  if (!ok) throw new StepFailed(gaveUp ?? lastError ?? reason);
}
