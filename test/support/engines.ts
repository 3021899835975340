/**
 * Real engines for tests, found by our own resolver, on free loopback ports, with their data in a temporary folder.
 * Most tests share the two that jest's global set-up starts (`sharedEngines`); tests that kill or restart start their own.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConfig } from '../../src/config';
import {
  findFreePort,
  LOOPBACK,
  mongoSpec,
  mongoUri,
  resolveMongo,
  resolveTemporal,
  superviseEngine,
  temporalSpec,
  type EngineSpec,
  type RunningEngine,
} from '../../src/engines';

export interface TestEngine {
  /** Ends it cleanly and removes its data. */
  stop(): Promise<void>;
  /** kill -9. The data stays; `restart` brings it back. */
  kill(): Promise<void>;
  /** Stops it when it runs, starts it again on the same port and data, answers when it is ready. */
  restart(): Promise<void>;
}
export interface TestTemporal extends TestEngine {
  readonly address: string;
  readonly namespace: string;
  readonly httpPort: number;
  readonly metricsPort: number;
  readonly dbFile: string;
}
export interface TestMongo extends TestEngine {
  /** Of one database on it. */
  readonly uri: string;
  readonly standIn: boolean;
  /** Where its files are. */
  readonly directory: string;
}

const say = (line: string): void => {
  process.stderr.write(`  ${line}\n`);
};
/** The part of the environment that chooses engines; the rest is not the tests' business. */
const engineConfig = () =>
  parseConfig(
    Object.fromEntries(
      ['TEMPORAL_BIN', 'MONGOD_BIN', 'REPRISE_CACHE_DIR', 'XDG_CACHE_HOME'].map((name) => [name, process.env[name]]),
    ),
  );

async function run(spec: EngineSpec, folder: string): Promise<TestEngine> {
  // A minute's pause in place of the usual restart: a killed engine stays down until the test restarts it.
  const start = (): Promise<RunningEngine> => superviseEngine(spec, { report: () => undefined, backoffMs: 600_000 });
  let engine: RunningEngine | undefined = await start();
  const end = async (): Promise<void> => {
    await engine?.stop();
    engine = undefined;
  };
  return {
    stop: async () => {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
    kill: async () => {
      const pid = engine?.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      while (engine?.pid() !== undefined) await sleep(10);
    },
    restart: async () => {
      await end();
      engine = await start();
    },
  };
}

/** A Temporal server of its own. */
export async function startTestTemporal(options: { readonly tuned?: boolean } = {}): Promise<TestTemporal> {
  const { cacheDir, temporalBin } = engineConfig();
  const binary = await resolveTemporal({ cacheDir, report: say, ...(temporalBin !== undefined && { named: temporalBin }) });
  const folder = await mkdtemp(join(tmpdir(), 'reprise-temporal-'));
  const taken = new Set<number>();
  const port = async (): Promise<number> => {
    const found = await findFreePort(taken);
    taken.add(found);
    return found;
  };
  const ports = { temporal: await port(), temporalHttp: await port(), temporalMetrics: await port() };
  const dbFile = join(folder, 'temporal.db');
  const namespace = 'default';
  const spec = temporalSpec(
    { binary: binary.path, databaseFile: dbFile, logFile: join(folder, 'temporal.log'), ports, ...options },
    namespace,
  );
  return {
    address: `${LOOPBACK}:${ports.temporal}`,
    namespace,
    httpPort: ports.temporalHttp,
    metricsPort: ports.temporalMetrics,
    dbFile,
    ...(await run(spec, folder)),
  };
}

/** A MongoDB (or stand-in) of its own. */
export async function startTestMongo(): Promise<TestMongo> {
  const { cacheDir, mongodBin } = engineConfig();
  const binary = await resolveMongo({ cacheDir, report: say, ...(mongodBin !== undefined && { named: mongodBin }) });
  const folder = await mkdtemp(join(tmpdir(), 'reprise-mongo-'));
  const port = await findFreePort();
  const spec = mongoSpec({ binary, directory: folder, logFile: `${folder}.log`, port });
  const engine = await run(spec, folder);
  return {
    uri: mongoUri(port, 'reprise_test', binary.flavour),
    standIn: binary.flavour === 'stand-in',
    directory: folder,
    ...engine,
    stop: async () => {
      await engine.stop();
      await rm(`${folder}.log`, { force: true });
    },
  };
}

/** The same server, another database: one for each test file. */
function databaseUri(uri: string, name: string = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`): string {
  const parsed = new URL(uri);
  parsed.pathname = `/${name}`;
  return parsed.toString();
}

export interface SharedEngines {
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  readonly temporalHttpPort: number;
  /** Of a fresh database for the calling file. */
  readonly mongodbUri: string;
  readonly standIn: boolean;
}

/** The engines that the global set-up started. Throws when the file runs outside such a project. */
export function sharedEngines(): SharedEngines {
  const env = process.env;
  const [temporalAddress, uri] = [env['REPRISE_TEST_TEMPORAL_ADDRESS'], env['REPRISE_TEST_MONGODB_URI']];
  if (temporalAddress === undefined || uri === undefined)
    throw new Error('No shared engines: run this file in the project integration, replay or e2e.');
  return {
    temporalAddress,
    temporalNamespace: env['REPRISE_TEST_TEMPORAL_NAMESPACE'] ?? 'default',
    temporalHttpPort: Number(env['REPRISE_TEST_TEMPORAL_HTTP_PORT']),
    mongodbUri: databaseUri(uri),
    standIn: env['REPRISE_TEST_MONGODB_STANDIN'] === '1',
  };
}
