import { WebSocket } from 'ws';
import { nodeRunIdOf } from '../../../../src/flow';
import { anEntry } from '../../../contract/store-factories';
import { startLiveApi, type LiveApi } from '../../../support/live-api';
import { openSocket, type Socket } from '../../../support/socket-client';

let api: LiveApi;
let count = 0;
beforeEach(async () => {
  api = await startLiveApi();
});
afterEach(async () => api.close());

const opened = async (query = '', headers: Record<string, string> = api.bearer): Promise<Socket> => {
  const { socket, refused } = await openSocket(`${api.url}/api/ws${query}`, headers);
  if (socket === undefined) throw new Error(`refused: ${JSON.stringify(refused)}`);
  return socket;
};
const statusOf = async (query = '', headers: Record<string, string> = {}): Promise<[number, unknown]> => {
  const { socket, refused } = await openSocket(`${api.url}/api/ws${query}`, headers);
  socket?.raw.terminate();
  return [refused?.status ?? 101, (refused?.json as { error?: unknown } | undefined)?.error];
};
/** A run that begins now, with what its first layer does. */
const play = async (workspace = 'ws_1', flowId = 'flow_1') => {
  count += 1;
  const at = api.clock.ms;
  const run = await api.start({ workspace, flowId, createdAt: new Date(at), startedAt: new Date(at), seq: 4, nodes: {} });
  const node = { path: 'say', node: 'say', nodeType: 'template', startedAt: at };
  const id = nodeRunIdOf(run.id, 'say');
  await api.tell(run, [
    { ...anEntry(1), at, type: 'run.started' },
    { ...anEntry(2), at, type: 'node.started', ...node, nodeRunId: id, state: 'RUN' },
    { ...anEntry(3), at, type: 'node.waiting', ...node, path: 'say/say--approval', nodeRunId: 'nrun_part', state: 'WAIT' },
    {
      ...anEntry(4),
      at: at + 5,
      type: 'node.ended',
      ...node,
      nodeRunId: id,
      state: 'DONE',
      output: { kind: 'inline', value: 'hi' },
    },
  ]);
  await api.stores.runs.close(run.id, { state: 'DONE', endedAt: new Date(at + 9), startedAt: new Date(at) });
  return run;
};

describe('the socket of all plays', () => {
  test('brings what happens from now on in the messages of the contract', async () => {
    await play();
    api.clock.ms += 1_000;
    const socket = await opened();
    const { id } = await play();
    await socket.received(5);
    const common = { playId: id, flowId: 'flow_1', timestamp: expect.any(String) };
    const layer = { ...common, layerId: nodeRunIdOf(id, 'say'), ref: 'say' };
    expect(socket.messages).toEqual([
      { ...common, type: 'play:started', state: 'RUN', layerId: null, ref: null, out: null },
      { ...layer, type: 'play:layer:started', state: 'RUN', out: null },
      { ...layer, type: 'play:waiting', state: 'WAIT', out: null },
      { ...layer, type: 'play:layer:completed', state: 'DONE', out: 'hi', duration: 5 },
      { ...common, type: 'play:completed', state: 'DONE', layerId: null, ref: null, out: null, duration: 9 },
    ]);
  });

  test('is of the own workspace alone; subscribe narrows it to a play or a flow', async () => {
    const all = await opened();
    const some = await opened();
    some.raw.send(JSON.stringify({ type: 'subscribe', flowId: 'flow_2' }));
    // Another message comes behind it, so the wish is known when the play begins.
    await new Promise<void>((resolve) => {
      some.raw.once('pong', () => resolve());
      some.raw.ping();
    });
    await play('ws_2');
    const mine = await play();
    const other = await play('ws_1', 'flow_2');
    await all.received(10);
    await some.received(5);
    expect(new Set(all.messages.map(({ playId }) => playId))).toEqual(new Set([mine.id, other.id]));
    expect(new Set(some.messages.map(({ playId }) => playId))).toEqual(new Set([other.id]));
  });

  test('a message that is none closes it with 1008', async () => {
    const socket = await opened();
    socket.raw.send('{"type":"subscribe","workspace":"ws_2"}');
    expect(await socket.closed).toMatchObject({ code: 1008 });
  });

  test('takes a bearer, a token in the query and the cookie; refuses all else before the upgrade', async () => {
    expect(await statusOf('', api.bearer)).toEqual([101, undefined]);
    expect(await statusOf(`?token=${api.token}`)).toEqual([101, undefined]);
    const cookie = { cookie: `reprise-session=${api.token}` };
    expect(await statusOf('', cookie)).toEqual([101, undefined]);
    expect(await statusOf('')).toEqual([401, 'UNAUTHORIZED']);
    expect(await statusOf('?token=x')).toEqual([401, 'UNAUTHORIZED']);
    expect(await statusOf('?more=1', api.bearer)).toEqual([400, 'INVALID_REQUEST']);
    for (const origin of ['https://evil.example', 'null'])
      expect(await statusOf('', { ...cookie, origin })).toEqual([403, 'FORBIDDEN']);
    expect(await statusOf('', { ...cookie, origin: 'http://localhost:8080' })).toEqual([101, undefined]);
    expect((await api.ask('GET', '/api/ws')).status).toBe(426);
  });

  test('is closed with 4401 when its session ends, with 1001 when the service stops', async () => {
    const token = await api.signIn('user');
    const ending = await opened('', { authorization: `Bearer ${token}` });
    const open = await opened();
    await api.services.auth.logout(await api.principalOf(token));
    expect(await ending.closed).toMatchObject({ code: 4401 });
    expect(open.raw.readyState).toBe(WebSocket.OPEN);
    api.services.live.stop();
    expect(await open.closed).toMatchObject({ code: 1001 });
    expect((await statusOf('', api.bearer))[0]).toBe(503);
  });
});
