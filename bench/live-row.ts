/** What live updates add: from the moment that the worker's write is stored to the moment that a follower has the message. */
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLiveSockets } from '../src/api';
import { createAnnouncements, type Announcements } from '../src/bin/wiring/announcements';
import { SCOPES, toEpoch, type JournalEntry, type Principal } from '../src/flow';
import { createLogger } from '../src/logger';
import type { Services } from '../src/service/contract';
import { createLiveService } from '../src/service/live/live-service';
import { createMemoryArtifactStore } from '../src/store/memory';
import { connectStores } from '../src/store/mongo';
import type { Stores } from '../src/store/ports';
import { aRun } from '../test/contract/store-factories';
import { TEST_KEYS } from '../test/support/encryption-keys';
import { startTestMongo } from '../test/support/engines';
import type { Arrivals } from './live/clients';

export const MOST_ADDED_MS = 100;
const ACCOUNTS = 100;
const WRITES = 200;
/** Between two writes: a run that moves on now and then. */
const PAUSES_MS = [5, 20, 60, 250];

export interface LiveResult {
  /** API and worker in one process, or two connections to the store. */
  readonly shape: 'one process' | 'apart';
  readonly followers: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Store reads for all followers together. */
  readonly reads: number;
  readonly seconds: number;
}

const logger = createLogger({ level: 'silent' });

/** Every token names its account. */
const principalOf = (token: string): Principal => ({
  accountId: token,
  workspace: 'ws_1',
  email: '',
  role: 'viewer',
  groups: [],
  scopes: SCOPES,
  credential: { kind: 'session', id: token },
});
const auth = {
  authenticate: async (token: string) => principalOf(token),
  recheck: async (principal: Principal) => principal,
} as unknown as Services['auth'];

const serve = async (stores: Stores, announcements: Announcements | undefined) => {
  const reads = { count: 0 };
  const counted =
    <A extends readonly unknown[], R>(read: (...args: A) => R) =>
    (...args: A): R => {
      reads.count += 1;
      return read(...args);
    };
  const { journal, sideLog } = stores;
  const live = createLiveService({
    stores: {
      ...stores,
      journal: { ...journal, readNewer: counted(journal.readNewer), readBuckets: counted(journal.readBuckets) },
      sideLog: { ...sideLog, readBehind: counted(sideLog.readBehind) },
    },
    artifacts: createMemoryArtifactStore(),
    closer: { whenClosed: (_, ms) => sleep(ms, undefined, { ref: false }), closeThrough: () => undefined, stop: () => undefined },
    logger,
    jwtSecret: 'unused',
    clock: Date.now,
    auth,
    findVersion: async () => undefined,
    options: { announced: announcements !== undefined },
    ...(announcements !== undefined && { onWritten: announcements.onWritten }),
  });
  const server = createServer();
  const sockets = createLiveSockets({ services: { auth, live }, logger, publicUrl: 'http://localhost' });
  sockets.attach(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    live.stop();
    await sockets.close();
    server.close();
  };
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, reads, close };
};

const entry = (seq: number): JournalEntry => ({
  seq,
  at: Date.now(),
  type: seq === 1 ? 'run.started' : 'node.started',
  level: 'debug',
  message: `entry ${seq}`,
});

/** Resolves when all of them are connected. */
async function followAll(url: string, followers: number) {
  const args = [url, followers, ACCOUNTS, WRITES].map(String);
  const child = fork(join(__dirname, 'live', 'clients.ts'), args, { execArgv: ['-r', join(__dirname, 'register.js')] });
  const told = <T>(pick: (message: unknown) => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      child.on('message', (message) => {
        const found = pick(message);
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error('The followers ended')));
    });
  const arrivals = told((message) => (message as { readonly arrivals?: Arrivals }).arrivals);
  arrivals.catch(() => undefined);
  await told((message) => (message === 'ready' ? true : undefined));
  return { arrivals, stop: () => child.kill() };
}

async function measure(shape: LiveResult['shape'], followers: number): Promise<LiveResult> {
  const mongo = await startTestMongo();
  const announcements = shape === 'one process' ? createAnnouncements() : undefined;
  const connect = (standIn?: boolean) =>
    connectStores({ uri: mongo.uri, logger, encryptionKeys: TEST_KEYS, ...(standIn !== undefined && { standIn }) });
  const opened = await connect();
  const writer = announcements?.through(opened) ?? opened;
  const reader = announcements === undefined ? await connect(false) : writer;
  const served = await serve(reader, announcements);
  try {
    await writer.ensureIndexes();
    const run = aRun({ id: 'run_1', state: 'RUN' });
    await writer.runs.insert(run);
    const clients = await followAll(`${served.url}/ws/executions/run_1`, followers);
    const storedAt = new Map<number, bigint>();
    const [since, before] = [performance.now(), served.reads.count];
    for (let seq = 1; seq <= WRITES; seq += 1) {
      const bucket = { runId: run.id, workspace: run.workspace, epoch: toEpoch(1, seq, 'bench'), firstSeq: seq };
      await writer.journal.append([{ ...bucket, entries: [entry(seq)] }]);
      storedAt.set(seq, process.hrtime.bigint());
      await sleep(PAUSES_MS[seq % PAUSES_MS.length]);
    }
    const arrivals = await clients.arrivals;
    const [seconds, reads] = [(performance.now() - since) / 1_000, served.reads.count - before];
    clients.stop();
    const added = arrivals.map(([seq, at]) => Math.max(0, Number(BigInt(at) - (storedAt.get(seq) ?? BigInt(at))) / 1e6));
    const sorted = added.toSorted((a, b) => a - b);
    const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
    return { shape, followers, p50: at(0.5), p99: at(0.99), max: at(1), reads, seconds };
  } finally {
    await served.close();
    await writer.close();
    if (reader !== writer) await reader.close();
    await mongo.stop();
  }
}

export async function measureLive(): Promise<readonly LiveResult[]> {
  const results: LiveResult[] = [];
  for (const shape of ['one process', 'apart'] as const)
    for (const followers of [1, 500]) results.push(await measure(shape, followers));
  return results;
}
