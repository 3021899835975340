/**
 * kill -9 of our process, of the Temporal server and of MongoDB, at random points under load. Afterwards every accepted
 * run has ended, no unkeyed refused start ever ran, and every stored journal equals the one rebuilt from history.
 * Repeat a failure with REPRISE_CHAOS_SEED.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as TemporalClient, Connection } from '@temporalio/client';
import { toConverter } from '../../src/bin/wiring/converter';
import { presentEntry } from '../../src/api/flowrunner/present-insight';
import { findFreePort } from '../../src/engines';
import { createLogger } from '../../src/logger';
import { createMemoryArtifactStore } from '../../src/store/memory';
import { createJournalReplay } from '../../src/worker/replay-journal';
import { installRuntime } from '../../src/worker/runtime';
import { logIn, type Client, type Execution } from '../support/client';
import { startLoad, type Load, type Sent } from '../support/load';
import { seeded } from '../support/random';
import { startReprise, type RepriseProcess } from '../support/reprise-process';
import { startTarget, type Target } from '../support/target';
import { workflowBundle } from '../support/workflow-bundle';

const seed = Number(process.env['REPRISE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
const VICTIMS = ['process', 'temporal', 'mongo'] as const;
const ROUNDS = 12;
const CREDENTIALS = { username: 'admin@example.com', password: 'a password for a chaotic afternoon' };
const random = seeded(seed);
const say = (line: string): void => void process.stderr.write(`  chaos (seed ${seed}): ${line}\n`);

/** Of the payloads in Temporal: the histories are read here, too. */
const KEY = randomBytes(32);

let folder: string;
let port: number;
let target: Target;
let reprise: RepriseProcess;
let client: Client;
let load: Load;

const start = async (): Promise<void> => {
  reprise = startReprise('dev', {
    PORT: String(port),
    REPRISE_DATA_DIR: folder,
    REPRISE_ADMIN_EMAIL: CREDENTIALS.username,
    REPRISE_ADMIN_PASSWORD: CREDENTIALS.password,
    REPRISE_EGRESS_ALLOW: `127.0.0.1:${target.port}`,
    REPRISE_ENCRYPTION_KEYS: `k1:${KEY.toString('base64')}`,
    LOG_LEVEL: 'info',
  });
  await reprise.until('Ctrl-C stops everything');
};
/** What the supervisor and the engines said last, and what the log says of a run or of the reconciler. */
const whatWasSaid = async (id = '"reconciler"'): Promise<string> => {
  const lines = reprise.output().split('\n');
  const told = lines.filter((line) => !line.startsWith('{')).slice(-20);
  const logged = lines
    .filter((line) => line.startsWith('{') && !line.includes('"http"') && (line.includes(id) || line.includes('"reconciler"')))
    .slice(-20);
  const logs = ['mongo.log', 'temporal.log'].map((name) => readFile(join(folder, 'logs', name), 'utf8').catch(() => 'no log'));
  const engines = (await Promise.all(logs)).map((text) => text.slice(-2_000));
  return [...told, ...logged.map((line) => line.slice(0, 400)), ...engines].join('\n');
};
const isReady = (): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(3_000) }).then(
    (reply) => reply.ok,
    () => false,
  );
const untilReady = async (): Promise<void> => {
  for (const since = Date.now(); !(await isReady()); await sleep(100))
    if (Date.now() - since > 45_000) throw new Error(`not ready after 45 s:\n${await whatWasSaid()}`);
};

/** The process of an embedded engine: a word of its command line is below the data folder. */
const engineOf = async (victim: 'temporal' | 'mongo'): Promise<number> => {
  const place = victim === 'temporal' ? join(folder, 'temporal') : folder;
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    const words = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0');
    const isTemporal = words.some((word) => word.startsWith(join(folder, 'temporal')));
    if (words.some((word) => word.startsWith(place)) && isTemporal === (victim === 'temporal')) return Number(name);
  }
  throw new Error(`the ${victim} process is not there:\n${reprise.output().slice(-2_000)}`);
};

const kill = async (victim: (typeof VICTIMS)[number]): Promise<void> => {
  if (victim !== 'process') process.kill(await engineOf(victim), 'SIGKILL');
  else {
    reprise.kill('SIGKILL');
    await reprise.ended;
    await start();
  }
};

beforeAll(async () => {
  installRuntime(createLogger({ level: 'silent' }));
  folder = join(await mkdtemp(join(tmpdir(), 'reprise-chaos-')), 'data');
  port = await findFreePort();
  target = await startTarget();
  await start();
  client = await logIn(`http://127.0.0.1:${port}`, CREDENTIALS);
});
afterAll(async () => {
  reprise.kill('SIGTERM');
  await reprise.ended;
  await target.close();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const FLOWS = (): readonly string[] => [
  `nodes:\n  a: { type: transform, params: { output: '{{ input.n }}' } }`,
  `
nodes:
  read: { type: http.request, params: { url: '${target.url}/read/{{ input.n }}' }, retry: { maxAttempts: 5, delay: 200ms }, next: pause }
  pause: { type: delay, params: { duration: 300ms }, next: write }
  write: { type: http.request, params: { url: '${target.url}/write/{{ input.n }}', method: POST }, retry: { maxAttempts: 5, delay: 200ms }, next: count }
  count: { type: store, params: { operation: increment, key: 'chaos/{{ input.n }}' }, retry: { maxAttempts: 20, delay: 500ms, backoff: fixed }, next: end }
  end: { type: transform, params: { output: '{{ nodes.count }}' } }`,
  `
nodes:
  each:
    type: loop
    params: { items: '{{ [1, 2, 3] }}', concurrency: 2 }
    nodes: { call: { type: http.request, params: { url: '${target.url}/each/{{ input.n }}' }, retry: { maxAttempts: 5, delay: 200ms } } }
    next: w
  w: { type: wait, params: { type: event, event: never, timeout: 2s }, next: { default: end, timeout: end } }
  end: { type: transform, params: { output: '{{ size(nodes.each) }}' } }`,
];

/** How many node runs a flow has that call the target or change the store, seen from outside. */
const calledFor = (n: number): number => target.asked.filter(({ path }) => path.endsWith(`/${n}`)).length;

/** The end of a run's history as Temporal has it, for a failure that must be understood. */
const seenByTemporal = async (id: string): Promise<string> => {
  const ports = JSON.parse(await readFile(join(folder, 'ports.json'), 'utf8')) as { temporal: number };
  const connection = await Connection.connect({ address: `127.0.0.1:${ports.temporal}` });
  try {
    const { events } = await new TemporalClient({ connection }).workflow.getHandle(id).fetchHistory();
    return (events ?? [])
      .slice(-12)
      .map(({ eventId, ...event }) => {
        const [name, facts] = Object.entries(event).find(([key]) => key.endsWith('EventAttributes')) ?? [];
        const cause = (facts as { failure?: { message?: string } } | undefined)?.failure?.message ?? '';
        return `${String(eventId)} ${String(name).replace('EventAttributes', '')} ${cause}`;
      })
      .join('\n  ');
  } finally {
    await connection.close();
  }
};

const ended = async (id: string): Promise<Execution> => {
  for (const since = Date.now(); ;) {
    const answer = await client.ask<Execution>('GET', `/api/v1/executions/${id}?wait=10`);
    if (answer.status === 200 && ['DONE', 'FAIL', 'CANCELLED', 'SKIP', 'FILTERED'].includes(answer.body.state))
      return answer.body;
    if (Date.now() - since > 60_000)
      throw new Error(
        `${id} did not end: ${answer.status} ${JSON.stringify(answer.body)}\n  ${await seenByTemporal(id)}\n${await whatWasSaid(id)}`,
      );
    await sleep(200);
  }
};

test(`${ROUNDS} kills under load`, async () => {
  const flows = await Promise.all(FLOWS().map((definition, index) => client.save(definition, `Chaos ${index}`)));
  load = startLoad(client, { flows, random, callers: 4, pauseMs: 150 });
  for (let round = 0; round < ROUNDS; round += 1) {
    const victim = VICTIMS[round % VICTIMS.length] ?? 'process';
    const afterMs = Math.floor(300 + random() * 1_200);
    await sleep(afterMs);
    say(`${round + 1}/${ROUNDS} kill -9 of ${victim} ${afterMs} ms after all was well, ${load.sent.length} starts so far`);
    await kill(victim);
    await untilReady();
  }
  await load.stop();
  const told = (word: Sent['told']): number => load.sent.filter((one) => one.told === word).length;
  say(
    `${load.sent.length} starts: ${told('accepted')} accepted, ${told('undecided')} undecided, ${told('refused')} refused, ${told('lost')} lost`,
  );
  expect(load.surprises).toEqual([]);
  expect(told('accepted')).toBeGreaterThan(ROUNDS * 3);
}, 240_000);

const expectSettled = async ({ n, flow, key, told, runId }: Sent): Promise<void> => {
  if (told === 'accepted' && runId !== undefined) expect([n, (await ended(runId)).state]).toEqual([n, 'DONE']);
  if (key !== undefined && told !== 'accepted') {
    const again = await client.start(flow, { n }, { key });
    expect([n, again.status]).toEqual([n, 201]);
    if (runId !== undefined) expect(again.body.execution_id).toBe(runId);
    expect([n, (await ended(again.body.execution_id)).state]).toEqual([n, 'DONE']);
  }
  if (key === undefined && told === 'undecided' && runId !== undefined) {
    const row = await client.ask<Execution>('GET', `/api/v1/executions/${runId}`);
    // Without a row the start came to nothing at all.
    const end = row.status === 404 ? undefined : await ended(runId);
    if (end?.state === 'FAIL') expect(end['failure']).toMatchObject({ code: 'start_refused' });
    if (end?.state !== 'DONE') expect([n, calledFor(n)]).toEqual([n, 0]);
  }
};

test('every accepted run ended well, keyed starts ran exactly once, a refused unkeyed start never ran', async () => {
  const waiting = [...load.sent];
  const check = async (): Promise<void> => {
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) await expectSettled(one);
  };
  await Promise.all(Array.from({ length: 8 }, check));
}, 240_000);

test('every stored journal equals the one that Temporal’s history gives', async () => {
  const ports = JSON.parse(await readFile(join(folder, 'ports.json'), 'utf8')) as { temporal: number };
  const connection = await Connection.connect({ address: `127.0.0.1:${ports.temporal}` });
  const { workflow } = new TemporalClient({ connection });
  const replay = createJournalReplay(
    await workflowBundle(),
    createMemoryArtifactStore(),
    toConverter([{ id: 'k1', key: KEY }], true),
  );
  try {
    let compared = 0;
    const { total } = await client.get<{ total: number }>('GET', '/api/v1/executions?limit=1');
    for (let offset = 0; offset < total; offset += 100) {
      const { executions } = await client.get<{ executions: Execution[] }>(
        'GET',
        `/api/v1/executions?limit=100&offset=${offset}`,
      );
      for (const { id } of executions) {
        // A start whose caller was lost may still have to be decided.
        expect((await ended(id)).state).toMatch(/^(DONE|FAIL)$/);
        const history = await workflow.getHandle(id).fetchHistory();
        const rebuilt = JSON.parse(JSON.stringify((await replay(history, id)).map(presentEntry))) as Shown[];
        await expectJournal(id, rebuilt);
        compared += 1;
      }
    }
    say(`${compared} journals equal their histories`);
    expect(compared).toBeGreaterThanOrEqual(load.sent.filter(({ told }) => told === 'accepted').length);
  } finally {
    await connection.close();
  }
}, 240_000);

type Shown = Record<string, unknown> & { readonly timestamp: string };
/** The workflow clock itself, when two local activities end together, is a few ms off in a replay: times are near, all else equal. */
const NEAR_MS = 1_000;
const timeless = (journal: readonly Shown[]): string => JSON.stringify(journal.map((entry) => ({ ...entry, timestamp: '' })));
const isNear = (stored: readonly Shown[], rebuilt: readonly Shown[]): boolean =>
  stored.every(({ timestamp }, at) => Math.abs(Date.parse(timestamp) - Date.parse(rebuilt[at]?.timestamp ?? '')) < NEAR_MS);

/** What a crash lost is rebuilt by the reconciler, within a few of its rounds. */
const expectJournal = async (id: string, rebuilt: readonly Shown[]): Promise<void> => {
  for (const since = Date.now(); Date.now() - since < 45_000; await sleep(500)) {
    const stored = (await client.journal(id)) as unknown as Shown[];
    if (timeless(stored) === timeless(rebuilt) && isNear(stored, rebuilt)) return;
  }
  say(await whatWasSaid(id));
  expect([id, await client.journal(id)]).toEqual([id, rebuilt]);
};
