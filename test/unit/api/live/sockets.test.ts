import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { anEntry } from '../../../contract/store-factories';
import { anEnd, quietEntries } from '../../../support/live';
import { startLiveApi, type LiveApi } from '../../../support/live-api';
import { openSocket, type Socket } from '../../../support/socket-client';
import { createTally, expectGood } from '../../../support/tally';

let api: LiveApi;
beforeEach(async () => {
  api = await startLiveApi();
});
afterEach(async () => api.close());

const opened = async (url: string, headers: Record<string, string> = api.bearer): Promise<Socket> => {
  const { socket, refused } = await openSocket(url, headers);
  if (socket === undefined) throw new Error(`refused: ${JSON.stringify(refused)}`);
  return socket;
};
const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> => {
  const { socket, refused } = await openSocket(url, headers);
  socket?.raw.terminate();
  return refused?.status ?? 101;
};
const ticketFor = async (id: string): Promise<string> => {
  const reply = await api.ask('POST', '/api/v1/tickets', { body: { execution_id: id } });
  expect(reply).toMatchObject({ status: 200, json: { execution_id: id } });
  return (reply.json as { ticket: string }).ticket;
};

describe('a socket', () => {
  test('brings what is stored, what comes, and the end; then it is closed with 1000', async () => {
    const run = await api.start();
    await api.tell(run, quietEntries(1, 2));
    const socket = await opened(api.socketUrl(run));
    await socket.received(2);
    await api.tell(run, [anEntry(3, 'said'), anEnd(4)]);
    api.end(run, 4);
    expect(await socket.closed).toMatchObject({ code: 1000 });
    expect(socket.messages.map(({ type, seq }) => [type, seq])).toEqual([
      ['execution_update', 1],
      ['execution_update', 2],
      ['execution_update', 3],
      ['log', 3],
      ['execution_completed', 4],
    ]);
  });

  test('goes on after a cursor or a seq; after the end it is closed at once', async () => {
    const run = await api.start();
    await api.tell(run, [...quietEntries(1, 3), anEnd(4)]);
    api.end(run, 4);
    const first = await opened(api.socketUrl(run, '?after=2'));
    await first.closed;
    expect(first.messages.map(({ seq }) => seq)).toEqual([3, 3, 4]);
    const second = await opened(api.socketUrl(run, `?after=${first.messages[1]?.cursor}`));
    await second.closed;
    expect(second.messages).toMatchObject([{ type: 'execution_completed' }]);
    const third = await opened(api.socketUrl(run, `?after=${second.messages[0]?.cursor}`));
    expect(await third.closed).toMatchObject({ code: 1000 });
    expect(third.messages).toEqual([]);
  });

  test('is closed with 1001 when the service stops, and no new one is taken', async () => {
    const run = await api.start();
    const socket = await opened(api.socketUrl(run));
    api.services.live.stop();
    expect(await socket.closed).toMatchObject({ code: 1001 });
    expect(await statusOf(api.socketUrl(run), api.bearer)).toBe(503);
  });

  test('of a client that takes nothing is closed with 1013, and costs a bounded buffer', async () => {
    const run = await api.start();
    const socket = await opened(api.socketUrl(run));
    socket.raw.pause();
    // More than the buffers of a loopback connection take.
    const count = 150;
    for (let seq = 1; seq <= count; seq += 1) await api.tell(run, [{ ...anEntry(seq), message: 'x'.repeat(200_000) }]);
    // The close waits behind what was not taken.
    await sleep(1_500);
    socket.raw.resume();
    expect(await socket.closed).toMatchObject({ code: 1013 });
    expect(socket.messages.length).toBeLessThan(count);
  });

  test('of a client that answers no ping is cut off', async () => {
    await api.close();
    api = await startLiveApi({ pingMs: 50, bufferBytes: 64 * 1024, stallMs: 100 });
    const run = await api.start();
    const socket = await opened(api.socketUrl(run));
    socket.raw.pong = () => undefined;
    expect(await socket.closed).toMatchObject({ code: 1006 });
  });

  test('takes no message above 64 KiB; smaller ones mean nothing', async () => {
    const run = await api.start();
    const socket = await opened(api.socketUrl(run));
    socket.raw.send('hello');
    socket.raw.send(Buffer.alloc(64 * 1024));
    await api.tell(run, quietEntries(1, 1));
    await socket.received(1);
    socket.raw.send(Buffer.alloc(1024 * 1024));
    expect(await socket.closed).toMatchObject({ code: 1009 });
  });

  test('without an upgrade its address is an ordinary route', async () => {
    const run = await api.start();
    const path = `/ws/executions/${run.id}`;
    expect((await api.ask('GET', path, { token: '' })).status).toBe(401);
    const reply = await api.ask('GET', path);
    expect([reply.status, reply.headers.get('upgrade')]).toEqual([426, 'websocket']);
  });
});

describe('A6: who may open one', () => {
  test('every refusal has its status, in the envelope of the contract', async () => {
    const run = await api.start();
    const foreign = await api.start({ workspace: 'ws_2' });
    const good = await ticketFor(run.id);
    const own = { origin: 'http://localhost:8080' };
    const cases: readonly (readonly [name: string, url: string, headers: Record<string, string>, status: number])[] = [
      ['no credential', api.socketUrl(run), {}, 401],
      ['junk', api.socketUrl(run), { authorization: 'Bearer junk' }, 401],
      ['Bearer nothing', api.socketUrl(run), { authorization: 'Bearer nothing' }, 401],
      ['basic', api.socketUrl(run), { authorization: 'Basic YTpi' }, 401],
      ['a token in the query', api.socketUrl(run, `?token=${api.token}`), {}, 401],
      ['no ticket', api.socketUrl(run, '?ticket='), {}, 401],
      ['a made-up ticket', api.socketUrl(run, '?ticket=e30.AAAA'), {}, 401],
      ['a changed ticket', api.socketUrl(run, `?ticket=${good.slice(0, -2)}AA`), {}, 401],
      ['a ticket for another run', api.socketUrl(foreign, `?ticket=${good}`), {}, 401],
      ['a ticket beside a bad header', api.socketUrl(run, `?ticket=${good}`), { authorization: 'Bearer junk' }, 401],
      ['another origin', api.socketUrl(run), { ...api.bearer, origin: 'https://evil.example' }, 403],
      ['no origin in words', api.socketUrl(run), { ...api.bearer, origin: 'null' }, 403],
      ['an origin like ours', api.socketUrl(run), { ...api.bearer, origin: 'http://localhost:8080.evil.example' }, 403],
      ['our host as the origin', api.socketUrl(run), { ...api.bearer, origin: api.url, host: 'evil.example' }, 403],
      ['a foreign run', api.socketUrl(foreign), api.bearer, 404],
      ['an unknown run', `${api.url}/ws/executions/run_none`, api.bearer, 404],
      ['another path', `${api.url}/ws/other`, api.bearer, 404],
      ['another path without a credential', `${api.url}/healthz`, {}, 401],
      ['a longer path', `${api.socketUrl(run)}/healthz`, api.bearer, 404],
      ['a bad cursor', api.socketUrl(run, '?after=x'), api.bearer, 400],
      ['an unknown member', api.socketUrl(run, '?other=1'), api.bearer, 400],
      ['our origin', api.socketUrl(run), { ...api.bearer, ...own }, 101],
      ['a ticket', api.socketUrl(run, `?ticket=${good}`), own, 101],
      ['the same ticket again', api.socketUrl(run, `?ticket=${good}`), own, 401],
    ];
    const tally = createTally('A6 upgrades: refused or taken as they must be');
    for (const [name, url, headers, status] of cases) {
      const found = await statusOf(url, headers);
      tally.count(found === status, () => `${name}: ${found} instead of ${status}`);
    }
    expectGood(tally, 20);
    const { refused } = await openSocket(api.socketUrl(foreign), api.bearer);
    expect(refused).toMatchObject({
      status: 404,
      json: { error: { code: 'not_found' } },
      headers: { 'cache-control': 'no-store' },
    });
  });

  test('of twenty who have one ticket, one comes in', async () => {
    const run = await api.start();
    const ticket = await ticketFor(run.id);
    const all = await Promise.all(Array.from({ length: 20 }, () => statusOf(api.socketUrl(run, `?ticket=${ticket}`))));
    const tally = createTally('A6 uses of one ticket at once: one comes in');
    for (const [index, status] of all.toSorted((a, b) => a - b).entries())
      tally.count(status === (index === 0 ? 101 : 401), () => `${index}: ${status}`);
    expectGood(tally, 20);
  });

  test('a ticket lives for thirty seconds, no longer than its credential, and only for an execution of the workspace', async () => {
    const run = await api.start();
    const old = await ticketFor(run.id);
    api.clock.ms += 30_000;
    expect(await statusOf(api.socketUrl(run, `?ticket=${old}`))).toBe(401);
    const fresh = await ticketFor(run.id);
    expect((await api.ask('POST', '/api/v1/auth/logout')).status).toBe(200);
    expect(await statusOf(api.socketUrl(run, `?ticket=${fresh}`))).toBe(401);
  });

  test('there is no ticket for a foreign execution, and none without a credential', async () => {
    const foreign = await api.start({ workspace: 'ws_2' });
    const body = { execution_id: foreign.id };
    expect((await api.ask('POST', '/api/v1/tickets', { body })).status).toBe(404);
    expect((await api.ask('POST', '/api/v1/tickets', { body, token: '' })).status).toBe(401);
  });

  test('a key without the scope follows nothing', async () => {
    const run = await api.start();
    const made = await api.ask('POST', '/api/v1/api-keys', { body: { name: 'k', scopes: ['kv:read'] } });
    const { key } = made.json as { key: string };
    expect(await statusOf(api.socketUrl(run), { authorization: `Bearer ${key}` })).toBe(403);
    expect((await api.ask('GET', `/api/v1/executions/${run.id}/events`, { token: key })).status).toBe(403);
    expect((await api.ask('POST', '/api/v1/tickets', { token: key, body: { execution_id: run.id } })).status).toBe(403);
  });

  test('the sixth of an account is refused with 429 until one leaves', async () => {
    const run = await api.start();
    const sockets = await Promise.all(Array.from({ length: 5 }, () => opened(api.socketUrl(run))));
    expect(await statusOf(api.socketUrl(run), api.bearer)).toBe(429);
    sockets[0]?.raw.terminate();
    for (let status = 429; status !== 101;) status = await statusOf(api.socketUrl(run), api.bearer);
    expect(await statusOf(api.socketUrl(run), { authorization: `Bearer ${await api.tokenOf('viewer')}` })).toBe(101);
  });
});

describe('A6: a credential that ends while a follower is open', () => {
  test.each([
    ['it expires', async () => void (api.clock.ms += 15 * 60_000)],
    ['its session ends', async () => void (await api.ask('POST', '/api/v1/auth/logout'))],
    ['its account is gone', async () => void (await api.stores.accounts.delete('ws_1', 'acct_ws_1_admin'))],
  ])('closes it with 4401 when %s', async (_name, happen) => {
    const run = await api.start();
    const viewer = await opened(api.socketUrl(run), { authorization: `Bearer ${await api.tokenOf('viewer')}` });
    const tally = createTally(`A6 followers whose credential ended (${_name}): closed`);
    const stream = await fetch(`${api.url}/api/v1/executions/${run.id}/events`, {
      headers: { accept: 'application/x-ndjson', ...api.bearer },
    });
    const [byHeader, byTicket] = await Promise.all([
      opened(api.socketUrl(run)),
      opened(api.socketUrl(run, `?ticket=${await ticketFor(run.id)}`), {}),
    ]);
    await happen();
    for (const { code } of await Promise.all([byHeader.closed, byTicket.closed])) tally.count(code === 4401, () => String(code));
    // The stream ends, and says no more.
    const said = (await stream.text()).trim();
    tally.count(said === '', () => said);
    expectGood(tally, 3);
    if (_name !== 'it expires') expect(viewer.raw.readyState).toBe(WebSocket.OPEN);
    viewer.raw.terminate();
  });
});
