import { RepriseError, type JournalEntry, type RunState } from '../../src/flow';
import type { CloseAnswer, EngineClose, ExecutionHistory } from '../../src/projection';
import type { StartRequest, TemporalPort } from '../../src/service/temporal-port';
import { createFakeSchedules } from './fake-schedules';
import type { RunResult, UpdateAnswer } from '../../src/workflows/contract';

export interface FakeExecution {
  readonly request?: StartRequest;
  close?: EngineClose;
  /** What visibility shows. */
  state?: RunState;
  seq?: number;
  /** What a replay of its history tells. */
  journal: JournalEntry[];
  committedLength: number;
  problem?: string;
}

export interface FakeTemporal extends TemporalPort {
  readonly runs: Map<string, FakeExecution>;
  readonly calls: string[];
  readonly updates: { readonly runId: string; readonly name: string; readonly input: unknown; readonly updateId: string }[];
  /** `before`: no call arrives. `after`: calls arrive and their answers are lost. */
  down: 'before' | 'after' | undefined;
  answerUpdate: (name: string, input: unknown) => UpdateAnswer | undefined;
  answerQuery: (name: string) => unknown;
  /** Makes a run that Temporal has. */
  add(runId: string, execution?: Partial<FakeExecution>): FakeExecution;
  end(runId: string, close: EngineClose): void;
  /** For a reconciler: what a replay gives. */
  replay(history: ExecutionHistory['history'], workflowId: string): Promise<readonly JournalEntry[]>;
}

export const away = (): RepriseError => new RepriseError('unavailable', 'down', { details: { retryAfterSeconds: 2 } });

export const aResult = (members: Partial<RunResult> = {}): RunResult => ({
  state: 'DONE',
  lastSeq: 4,
  startedAt: 1_000,
  counts: { nodeRuns: 1, done: 1, failed: 0, skipped: 0, filtered: 0, cancelled: 0 },
  ...members,
});

/** Temporal in memory: it knows what was started and what the test says became of it. */
export const createFakeTemporal = (): FakeTemporal => {
  const runs = new Map<string, FakeExecution>();
  const watchers = new Map<string, (() => void)[]>();
  const calls: string[] = [];
  const reached = async <T>(name: string, work: () => T): Promise<T> => {
    calls.push(name);
    if (fake.down === 'before') throw away();
    const answer = work();
    if (fake.down === 'after') throw away();
    return answer;
  };
  const closeOf = (runId: string): CloseAnswer => {
    const run = runs.get(runId);
    if (run === undefined) return { kind: 'unknown' };
    return run.close === undefined ? { kind: 'open' } : { kind: 'closed', close: run.close };
  };

  const fake: FakeTemporal = {
    runs,
    calls,
    updates: [],
    down: undefined,
    answerUpdate: () => ({ state: 'RUN', seq: 1, outcome: 'changed' }),
    answerQuery: () => undefined,
    add: (runId, execution = {}) => {
      const made: FakeExecution = { journal: [], committedLength: 3, ...execution };
      runs.set(runId, made);
      return made;
    },
    end: (runId, close) => {
      const run = runs.get(runId) ?? fake.add(runId);
      run.close = close;
      for (const wake of watchers.get(runId) ?? []) wake();
    },
    replay: async (history, workflowId) => {
      void history;
      const run = runs.get(workflowId);
      if (run?.problem === 'does not replay') throw new Error('[TMPRL1100] Nondeterminism');
      return structuredClone(run?.journal ?? []);
    },
    startRun: (request, conflict = 'join') =>
      reached(`start ${request.args.kind} ${conflict}`, () => {
        if (runs.has(request.runId)) return 'existing';
        fake.add(request.runId, { request });
        return 'started';
      }),
    update: (runId, name, input, updateId) =>
      reached(`update ${name}`, () => {
        fake.updates.push({ runId, name, input, updateId });
        return runs.get(runId)?.close === undefined && runs.has(runId) ? fake.answerUpdate(name, input) : undefined;
      }),
    query: async (_runId, name) => {
      calls.push(`query ${name}`);
      return fake.down === undefined ? fake.answerQuery(name) : undefined;
    },
    schedules: createFakeSchedules(),
    requestCancel: () => reached('requestCancel', () => undefined),
    ping: async () => fake.down === undefined,
    readClose: (runId) => reached('readClose', () => closeOf(runId)),
    awaitClose: async (runId, timeoutMs, signal) => {
      calls.push('awaitClose');
      if (fake.down !== undefined) throw away();
      const now = closeOf(runId);
      if (now.kind !== 'open') return now;
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve({ kind: 'open' }), timeoutMs);
        const done = (): void => {
          clearTimeout(timer);
          resolve(closeOf(runId));
        };
        watchers.set(runId, [...(watchers.get(runId) ?? []), done]);
        signal.addEventListener('abort', done);
      });
    },
    histories: (runId) =>
      reached('histories', () => {
        const run = runs.get(runId);
        if (run === undefined) return [];
        return [{ runId, executionId: 'aaaaaaaa-1', startMs: 1_000, committedLength: run.committedLength, history: {} }];
      }),
    listOpen: (pageSize, next) =>
      reached('listOpen', () => {
        const from = next === undefined ? 0 : Number(new TextDecoder().decode(next));
        const open = [...runs].filter(([, run]) => run.close === undefined);
        const page = open.slice(from, from + pageSize).map(([runId, { state, seq }]) => ({
          runId,
          ...(state === undefined ? {} : { state }),
          ...(seq === undefined ? {} : { seq }),
        }));
        const more = from + pageSize < open.length;
        return { runs: page, ...(more ? { next: new TextEncoder().encode(String(from + pageSize)) } : {}) };
      }),
    listProblems: (limit) =>
      reached('listProblems', () =>
        [...runs]
          .flatMap(([runId, { problem, close }]) =>
            problem === undefined || close !== undefined ? [] : [{ runId, cause: problem }],
          )
          .slice(0, limit),
      ),
  };
  return fake;
};
