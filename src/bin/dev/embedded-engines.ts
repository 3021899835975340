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
  setRetention,
  STAND_IN_WARNING,
  superviseEngine,
  temporalSpec,
  type EngineSpec,
  type Ports,
  type Report,
  type RunningEngine,
} from '../../engines';
import type { DataFolder } from './data-folder';
import { findEngineBinaries } from './engine-binaries';

const RETENTION_DAYS = 30;

export interface EmbeddedEngines {
  readonly temporalAddress: string;
  readonly temporalUiUrl?: string;
  /** Where the embedded server's UI asks for payloads to be opened. */
  readonly uiDecoderPort?: number;
  readonly mongodbUri: string;
  /** What flows may reach although it is loopback: Temporal's HTTP port and the examples' receiver. */
  readonly egressAllow: readonly string[];
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
  /** Gives up a start that is under way, and stops what it has started. */
  readonly signal: AbortSignal;
}

type PortName = keyof Ports;
interface PortUse {
  readonly executable: string;
  readonly marker: string;
  readonly names: readonly PortName[];
}

/** Kept ports, save those of an engine that does not run while a stranger listens there. */
async function usablePorts(folder: DataFolder, engine: PortUse, ports: Ports, report: Report): Promise<Ports> {
  if ((await findEngine(engine.executable, engine.marker)).length > 0) return ports;
  const taken: PortName[] = [];
  for (const name of engine.names) if (!(await isPortFree(ports[name]))) taken.push(name);
  if (taken.length === 0) return ports;
  report(`port ${taken.map((name) => `${ports[name]} (${name})`).join(', ')} is taken by another program: choosing a new one`);
  return replacePorts(folder.ports, ports, taken);
}

/** The engines of this start while they come up: one that fails takes the others with it. */
function createFleet(report: Report, signal: AbortSignal) {
  const running: RunningEngine[] = [];
  return {
    start: async (spec: EngineSpec): Promise<void> => {
      const since = Date.now();
      running.push(await superviseEngine(spec, { report, signal }));
      report(`${spec.name} ready (${((Date.now() - since) / 1000).toFixed(1)} s)`);
    },
    stop: async (): Promise<void> => {
      await Promise.all(running.map((engine) => engine.stop()));
    },
    kill: (): void => {
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

/** Finding may take minutes (downloads, a build), and goes on by itself until the process ends. */
async function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  return Promise.race([work, aborted]);
}

/** Starts both at once and answers when they are ready. Throws EngineUnavailable, EngineStartFailed. */
export async function startEmbeddedEngines({ config, folder, report, signal }: EmbeddedDeps): Promise<EmbeddedEngines> {
  const { temporal, mongo } = await orAborted(findEngineBinaries(config, folder, report), signal);
  const mongoDirectory = mongo?.flavour === 'stand-in' ? folder.standIn : folder.mongod;
  let ports = await keepPorts(folder.ports);
  if (temporal !== undefined) {
    const names = ['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics', 'uiDecoder'] as const;
    ports = await usablePorts(folder, { executable: temporal.path, marker: folder.temporalDatabase, names }, ports, report);
  }
  if (mongo !== undefined)
    ports = await usablePorts(folder, { executable: mongo.path, marker: mongoDirectory, names: ['mongo'] }, ports, report);

  const address = config.temporalAddress ?? `${LOOPBACK}:${ports.temporal}`;
  const fleet = createFleet(report, signal);
  const startTemporal = async (): Promise<void> => {
    if (temporal === undefined) return;
    const files = { databaseFile: folder.temporalDatabase, logFile: join(folder.logs, 'temporal.log') };
    await fleet.start(temporalSpec({ binary: temporal.path, ...files, ports }, config.temporalNamespace));
    await setRetention(address, config.temporalNamespace, RETENTION_DAYS);
  };
  const startMongo = async (): Promise<void> => {
    if (mongo === undefined) return;
    await fleet.start(
      mongoSpec({ binary: mongo, directory: mongoDirectory, logFile: join(folder.logs, 'mongo.log'), port: ports.mongo }),
    );
  };
  const failed = (await Promise.allSettled([startTemporal(), startMongo()])).find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    await fleet.stop();
    throw failed.reason;
  }

  const temporalUiUrl = config.temporalUiUrl ?? (temporal === undefined ? undefined : `http://${LOOPBACK}:${ports.temporalUi}`);
  const allowed = [...(temporal === undefined ? [] : [ports.temporalHttp]), ports.exampleReceiver];
  return {
    temporalAddress: address,
    ...(temporalUiUrl !== undefined && { temporalUiUrl }),
    ...(temporal !== undefined && { uiDecoderPort: ports.uiDecoder }),
    mongodbUri: config.mongodbUri ?? mongoUri(ports.mongo, 'reprise', mongo?.flavour ?? 'mongod'),
    egressAllow: allowed.flatMap((port) => [`${LOOPBACK}:${port}`, `localhost:${port}`]),
    warnings: mongo?.flavour === 'stand-in' ? [STAND_IN_WARNING] : [],
    stop: fleet.stop,
    kill: fleet.kill,
  };
}
