/** R9: whoever loses a connection and comes back has received what is stored, in order, each once. */
import type { JsonObject } from '../../src/flow';
import { startApiBeside } from '../support/api-beside';
import { sharedEngines } from '../support/engines';
import { seeded } from '../support/random';
import { followWithDrops, overEvents, overNdjson, overPolls, overSocket, type Take } from '../support/reconnecting';
import type { SocketMessage } from '../support/socket-client';
import { startStack, type Stack } from '../support/stack';
import { createTally, expectGood } from '../support/tally';
import { startTarget, type Target } from '../support/target';

const DROPS = 100;
const ITEMS = 120;
const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
let beside: Awaited<ReturnType<typeof startApiBeside>>;
let target: Target;
let token: string;
beforeAll(async () => {
  target = await startTarget();
  stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`], followersPerRun: 100 });
  beside = await startApiBeside(stack, { temporalAddress, mongodbUri }, { followersPerRunAndAccount: 100 });
  ({ token } = await stack.client.get<{ token: string }>('POST', '/api/v1/auth/login', stack.credentials));
});
afterAll(async () => {
  await beside.stop();
  await stack.stop();
  await target.close();
});

const FLOW = (): string => `
nodes:
  each:
    type: loop
    params: { items: '{{ input.items }}', as: n, concurrency: 4 }
    nodes:
      get: { type: http.request, params: { url: '${target.url}/a' }, next: talk }
      talk: { type: script, params: { code: 'console.log("item", input.n); console.warn("twice"); return input.n', input: { n: '{{ n }}' } } }
    next: end
  end: { type: succeed, params: { output: '{{ input.items.size() }}' } }`;

const TRANSPORTS: readonly (readonly [name: string, take: Take])[] = [
  ['WebSocket', overSocket],
  ['server-sent events', overEvents],
  ['NDJSON', overNdjson],
  ['long poll', overPolls],
];

const isLog = ({ type }: SocketMessage): boolean => type === 'log';
const text = ({ message }: JsonObject | SocketMessage): string => String(message);

/** What is stored, by the routes that read it whole. */
async function stored(id: string) {
  const entries = await stack.client.journal(id);
  const logs: string[] = [];
  for (let total = 1; logs.length < total;) {
    const path = `/api/v1/executions/${id}/logs?limit=100&offset=${logs.length}`;
    const page = await stack.client.get<{ logs: JsonObject[]; total: number }>('GET', path);
    logs.push(...page.logs.map(text));
    ({ total } = page);
  }
  return { seqs: entries.map(({ seq }) => seq), logs: logs.toSorted() };
}

test.each([
  ['the API of the worker’s process', () => stack.url],
  ['an API on a store connection of its own', () => beside.url],
])(
  'R9 at %s',
  async (name, url) => {
    const items = Array.from({ length: ITEMS }, (_, n) => n);
    const id = await stack.client.begin(await stack.client.save(FLOW(), 'Live'), { items });
    const followed = await Promise.all(
      TRANSPORTS.map(async ([transport, take], n) => ({
        transport,
        ...(await followWithDrops(take, { api: url(), token, runId: id }, DROPS, seeded(n + 1))),
      })),
    );
    const { seqs, logs } = await stored(id);
    expect(seqs.length).toBeGreaterThanOrEqual(480);
    const tally = createTally(`R9 ${name}: ${seqs.length} entries and ${logs.length} lines × 4 transports × ${DROPS} drops`);
    for (const { transport, messages, connections } of followed) {
      expect(connections).toBeGreaterThan(DROPS);
      const got = messages.filter((message) => !isLog(message)).map(({ seq }) => seq);
      for (const [index, seq] of seqs.entries()) tally.count(got[index] === seq, () => `${transport} ${seq}: ${got[index]}`);
      const lines = messages.filter(isLog).map(text).toSorted();
      tally.count(got.length === seqs.length, () => `${transport}: ${got.length} entries`);
      tally.count(JSON.stringify(lines) === JSON.stringify(logs), () => `${transport}: ${lines.length} lines of ${logs.length}`);
      tally.count(messages.at(-1)?.type === 'execution_completed', () => `${transport}: ended with ${messages.at(-1)?.type}`);
    }
    expectGood(tally, 4 * 480);
  },
  120_000,
);

test('a real run speaks in the five documented messages', async () => {
  const follow = async (path: string): Promise<readonly SocketMessage[]> => {
    const definition = `nodes: { start: { type: http.request, params: { url: '${target.url}${path}' } } }`;
    const id = await stack.client.begin(await stack.client.save(definition, 'Documented'));
    const messages: SocketMessage[] = [];
    await overSocket({ api: stack.url, token, runId: id, after: undefined }, Infinity, (message) => messages.push(message));
    expect(messages.every((message) => message['execution_id'] === id)).toBe(true);
    return messages;
  };
  const node = { node_id: 'start', node_type: 'http.request' };
  expect(await follow('/a')).toMatchObject([
    { type: 'log', message: 'Execution started' },
    { type: 'execution_update', status: 'running', event: 'run.started' },
    { type: 'execution_update', status: 'running', ...node, node_state: 'RUN' },
    {
      type: 'log',
      level: 'info',
      message: 'HTTP request successful',
      ...node,
      data: { status_code: 200, url: `${target.url}/a` },
    },
    { type: 'node_completed', ...node, result: { status_code: 200, body: { path: '/a' } } },
    { type: 'log', message: 'Execution completed' },
    { type: 'execution_completed', status: 'completed', result: { status_code: 200 } },
  ]);
  const failed = await follow('/status/500');
  expect(failed.at(-1)).toMatchObject({
    type: 'execution_failed',
    status: 'failed',
    error: 'HTTP request failed with status 500',
    ...node,
  });
});

test('a run that is terminated in Temporal, and one that is cancelled while it waits, end for who follows them', async () => {
  const flow = await stack.client.save(`nodes: { w: { type: wait, params: { type: event, event: go } } }`, 'Waits');
  const [cancelled, terminated] = [await stack.client.begin(flow), await stack.client.begin(flow)];
  const ends: string[] = [];
  const following = [cancelled, terminated].flatMap((id) =>
    [stack.url, beside.url].map((api) =>
      overSocket({ api, token, runId: id, after: undefined }, Infinity, (message) => {
        if (message.type === 'execution_failed') ends.push(`${String(message['status'])} ${String(message['state'])}`);
      }),
    ),
  );
  await stack.client.until(cancelled, ['WAIT']);
  await stack.client.until(terminated, ['WAIT']);
  await stack.client.get('DELETE', `/api/v1/executions/${cancelled}`);
  await stack.temporal.workflow.getHandle(terminated).terminate('by hand');
  expect(await Promise.all(following)).toEqual([true, true, true, true]);
  expect(ends).toEqual(Array.from({ length: 4 }, () => 'cancelled CANCELLED'));
});

test('a run with a sub-flow is followed to its end', async () => {
  await stack.client.save(
    `metadata: { name: child }\nnodes: { say: { type: log, params: { message: 'from the child' } } }`,
    'child',
  );
  const id = await stack.client.begin(
    await stack.client.save(`nodes: { sub: { type: flow, params: { flow: child } } }`, 'parent'),
  );
  const messages: SocketMessage[] = [];
  await overNdjson({ api: beside.url, token, runId: id, after: undefined }, Infinity, (message) => messages.push(message));
  expect(messages.at(-1)).toMatchObject({ type: 'execution_completed', state: 'DONE' });
});
