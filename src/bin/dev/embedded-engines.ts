/** Starts what the environment does not give: the Temporal dev server and MongoDB (or its stand-in). */
import { join } from 'node:path';
import type { Config } from '../../config';
import {
  findEngine,
  isPortFree,
  keepPorts,
  LOOPBACK,
  mongoSpec,
  mongoUri,
  replacePorts,
  resolveMongo,
  resolveTemporal,
  setRetention,
  STAND_IN_WARNING,
  superviseEngine,
  temporalSpec,
  type Ports,
  type Report,
  type RunningEngine,
} from '../../engines';
import type { DataFolder } from './data-folder';

const RETENTION_DAYS = 30;

export interface EmbeddedEngines {
  readonly temporalAddress: string;
  readonly temporalUiUrl?: string;
  readonly mongodbUri: string;
  /** What flows may reach although it is loopback: Temporal's HTTP port and the examples' receiver. */
  readonly egressAllow: readonly string[];
  readonly ports: Ports;
  /** One line each, for the person who started it. */
  readonly warnings: readonly string[];
  stop(): Promise<void>;
  /** At once, without grace. */
  kill(): void;
}

export interface EmbeddedDeps {
  readonly config: Config;
  readonly folder: DataFolder;
  readonly report: Report;
}

type PortName = keyof Ports;

/** Kept ports, save those of an engine that does not run while a stranger listens there. */
async function usablePorts(
  folder: DataFolder,
  engine: { executable: string; marker: string; names: readonly PortName[] },
  ports: Ports,
  report: Report,
): Promise<Ports> {
  if ((await findEngine(engine.executable, engine.marker)).length > 0) return ports;
  const taken: PortName[] = [];
  for (const name of engine.names) if (!(await isPortFree(ports[name]))) taken.push(name);
  if (taken.length === 0) return ports;
  report(`port ${taken.map((name) => `${ports[name]} (${name})`).join(', ')} is taken by another program: choosing a new one`);
  return replacePorts(folder.ports, ports, taken);
}

/** Starts both at once; when one fails, the other is stopped again. */
export async function startEmbeddedEngines(deps: EmbeddedDeps): Promise<EmbeddedEngines> {
  const { config, folder, report } = deps;
  const running: RunningEngine[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((engine) => engine.stop()));
  };
  let ports = await keepPorts(folder.ports);
  const [temporalBinary, mongoBinary] = await Promise.all([
    config.temporalAddress === undefined
      ? resolveTemporal({
          cacheDir: config.cacheDir,
          report,
          ...(config.temporalBin !== undefined && { named: config.temporalBin }),
        })
      : undefined,
    config.mongodbUri === undefined
      ? resolveMongo({ cacheDir: config.cacheDir, report, ...(config.mongodBin !== undefined && { named: config.mongodBin }) })
      : undefined,
  ]);
  const mongoDirectory = mongoBinary?.flavour === 'stand-in' ? folder.standIn : folder.mongod;
  if (temporalBinary !== undefined) {
    const names = ['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics'] as const;
    ports = await usablePorts(folder, { executable: temporalBinary.path, marker: folder.temporalDatabase, names }, ports, report);
  }
  if (mongoBinary !== undefined) {
    ports = await usablePorts(folder, { executable: mongoBinary.path, marker: mongoDirectory, names: ['mongo'] }, ports, report);
  }
  const temporalAddress = config.temporalAddress ?? `${LOOPBACK}:${ports.temporal}`;
  const start = async (spec: Parameters<typeof superviseEngine>[0]): Promise<void> => {
    const since = Date.now();
    const engine = await superviseEngine(spec, { report });
    running.push(engine);
    report(`${spec.name} ready (${((Date.now() - since) / 1000).toFixed(1)} s)`);
  };
  const started = await Promise.allSettled([
    temporalBinary === undefined
      ? undefined
      : start(
          temporalSpec(
            {
              binary: temporalBinary.path,
              databaseFile: folder.temporalDatabase,
              logFile: join(folder.logs, 'temporal.log'),
              ports,
            },
            config.temporalNamespace,
          ),
        ).then(() => setRetention(temporalAddress, config.temporalNamespace, RETENTION_DAYS)),
    mongoBinary === undefined
      ? undefined
      : start(
          mongoSpec({
            binary: mongoBinary,
            directory: mongoDirectory,
            logFile: join(folder.logs, 'mongo.log'),
            port: ports.mongo,
          }),
        ),
  ]);
  const failed = started.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const temporalUiUrl =
    config.temporalUiUrl ?? (temporalBinary === undefined ? undefined : `http://${LOOPBACK}:${ports.temporalUi}`);
  const allowed = [...(temporalBinary === undefined ? [] : [ports.temporalHttp]), ports.exampleReceiver];
  return {
    temporalAddress,
    ...(temporalUiUrl !== undefined && { temporalUiUrl }),
    mongodbUri: config.mongodbUri ?? mongoUri(ports.mongo, 'reprise', mongoBinary?.flavour ?? 'mongod'),
    egressAllow: allowed.flatMap((port) => [`${LOOPBACK}:${port}`, `localhost:${port}`]),
    ports,
    warnings: mongoBinary?.flavour === 'stand-in' ? [STAND_IN_WARNING] : [],
    stop,
    kill: () => {
      for (const pid of running.map((engine) => engine.pid())) {
        try {
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        } catch {
          // It is gone already.
        }
      }
    },
  };
}
