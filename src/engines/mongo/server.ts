/** How the embedded MongoDB, or its stand-in, is started and when it is ready. */
import { connect } from 'node:net';
import { LOOPBACK } from '../ports';
import type { EngineSpec } from '../process/supervise';
import type { MongoBinary } from './resolve';

export interface MongoServerOptions {
  readonly binary: MongoBinary;
  /** Must exist. */
  readonly directory: string;
  readonly logFile: string;
  readonly port: number;
}

/** Shown at every start on the stand-in. */
export const STAND_IN_WARNING =
  'This is the MongoDB stand-in (SQLite): fine to try Reprise and to run its tests, not for load. Install mongod or set MONGODB_URI for the real one.';

const accepts = (port: number): Promise<boolean> =>
  new Promise((settle) => {
    const socket = connect({ host: LOOPBACK, port, timeout: 1_000 });
    const end = (answer: boolean) => (): void => {
      socket.destroy();
      settle(answer);
    };
    socket.once('connect', end(true)).once('error', end(false)).once('timeout', end(false));
  });

/** The embedded server, ready for the supervisor. */
export function mongoSpec({ binary, directory, logFile, port }: MongoServerOptions): EngineSpec {
  const standIn = binary.flavour === 'stand-in';
  return {
    name: standIn ? 'MongoDB stand-in' : 'MongoDB',
    command: binary.path,
    args: standIn
      ? [`${LOOPBACK}:${port}`, directory]
      : ['--dbpath', directory, '--bind_ip', LOOPBACK, '--port', String(port), '--wiredTigerCacheSizeGB', '0.25', '--quiet'],
    marker: directory,
    logFile,
    isReady: () => accepts(port),
  };
}

/** M1: the stand-in is exact only with one connection, and knows no retryable writes. */
export const mongoUri = (port: number, database: string, flavour: MongoBinary['flavour']): string =>
  `mongodb://${LOOPBACK}:${port}/${database}${flavour === 'stand-in' ? '?retryWrites=false&maxPoolSize=1' : ''}`;
