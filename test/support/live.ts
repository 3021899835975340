import type { JournalEntry, Principal } from '../../src/flow';
import { RepriseError, toEpoch } from '../../src/flow';
import type { RunClosure, Run } from '../../src/store/ports';
import type { FollowItem, Follower, LiveService } from '../../src/service/live/contract';
import { createLiveService } from '../../src/service/live/live-service';
import type { LiveOptions } from '../../src/service/live/options';
import { createMemoryArtifactStore, createMemoryStores } from '../../src/store/memory';
import { aRun, aVersion, anEntry } from '../contract/store-factories';
import { createRecordingLogger } from './recording-logger';
import { aPrincipal } from './services';

export const liveEpoch = (n: number): string => toEpoch(1_700_000_000_000, n, '0a1b2c3d-0000');

/** A run that ends with the entry `seq`. */
export const anEnd = (seq: number): JournalEntry => ({
  ...anEntry(seq, 'Execution completed'),
  type: 'run.ended',
  state: 'DONE',
});
/** An entry without a line of the log. */
export const aQuietEntry = (seq: number, members: Partial<JournalEntry> = {}): JournalEntry => ({
  ...anEntry(seq),
  type: 'node.started',
  level: 'debug',
  ...members,
});
export const quietEntries = (from: number, to: number): JournalEntry[] =>
  Array.from({ length: to - from + 1 }, (_, n) => aQuietEntry(from + n));

/** Live updates over memory stores whose reads are counted, and runs that the test closes. */
export const createTestLive = (options: Partial<LiveOptions> = {}) => {
  const memory = createMemoryStores();
  const reads: string[] = [];
  const outage = { on: false };
  const counted =
    <A extends readonly unknown[], R>(name: string, read: (...args: A) => R) =>
    (...args: A): R => {
      if (outage.on) throw new RepriseError('unavailable', 'down');
      reads.push(name);
      return read(...args);
    };
  const { journal, sideLog, runs } = memory;
  const stores = {
    ...memory,
    journal: {
      ...journal,
      read: counted('page', journal.read),
      readBuckets: counted('whole', journal.readBuckets),
      readNewer: counted('newer', journal.readNewer),
    },
    sideLog: { ...sideLog, readBehind: counted('side log', sideLog.readBehind) },
    runs: { ...runs, get: counted('head', runs.get) },
  };
  const closes = new Map<string, () => void>();
  const closed = new Map<string, RunClosure>();
  const closer = {
    whenClosed: async (runId: string, ms: number) => {
      if (!closed.has(runId))
        await new Promise<void>((resolve) => {
          closes.set(runId, resolve);
          setTimeout(resolve, ms).unref();
        });
      return closed.get(runId);
    },
  };
  let wake: (runId: string) => void = () => undefined;
  const version = aVersion({ plan: talkingPlan });
  const make = (): LiveService =>
    createLiveService({
      stores,
      artifacts: createMemoryArtifactStore(),
      closer: closer as never,
      logger: createRecordingLogger().logger,
      auth: { recheck: async (principal) => principal },
      jwtSecret: 'a secret of the tests that is long enough to be one',
      clock: Date.now,
      findVersion: async () => ({ version, planBytes: 1 }),
      onWritten: (listener) => (wake = listener),
      options: { pollFastMs: 1, pollActiveMs: 2, pollIdleMs: 4, ...options },
    });
  return {
    live: make(),
    /** Another process on the same stores. */
    make,
    stores: memory,
    reads,
    outage,
    wake: (runId: string) => wake(runId),
    async start(members: Partial<Run> = {}): Promise<Run> {
      const run = aRun({ state: 'RUN', ...members });
      await memory.runs.insert(run);
      return run;
    },
    tell: (run: Run, epochNumber: number, entries: readonly JournalEntry[], firstSeq = entries[0]?.seq ?? 0) =>
      memory.journal.append([{ runId: run.id, workspace: run.workspace, epoch: liveEpoch(epochNumber), firstSeq, entries }]),
    /** Temporal tells that it has ended. */
    async end(run: Run, closure: Partial<RunClosure> = {}): Promise<void> {
      const whole: RunClosure = { state: 'DONE', endedAt: new Date(9_000), ...closure };
      await memory.runs.close(run.id, whole);
      closed.set(run.id, whole);
      closes.get(run.id)?.();
    },
  };
};

const talkingPlan = {
  engine: 1,
  flow: { name: 'Talk', version: '1' },
  root: {
    nodes: {
      talk: {
        id: 'talk',
        type: 'script',
        op: { kind: 'call', activity: 'script', params: {} },
        execution: 'activity',
        next: {},
        onError: 'fail',
        catch: [],
      },
    },
    start: ['talk'],
  },
  timeoutMs: 1_000,
} as const;

export const follower = (live: LiveService, run: Run, after?: string, members: Partial<Principal> = {}): Promise<Follower> =>
  live.follow(aPrincipal({ workspace: run.workspace, ...members }), run.id, after);

/** Everything up to the end, or until `most` items came. */
export const collect = async (from: Follower, most = Infinity): Promise<FollowItem[]> => {
  const items: FollowItem[] = [];
  while (!from.isDone() && from.closed() === undefined && items.length < most) items.push(...(await from.next(5_000)));
  return items;
};

/** In short: `3` an entry, `#text` a line, `end`, `reset`. */
export const inShort = (items: readonly FollowItem[]): string =>
  items
    .map((item) => {
      if (item.kind === 'entry') return String(item.entry.seq);
      return item.kind === 'line' ? `#${item.line.message}` : item.kind;
    })
    .join(' ');
