import { anEntry } from '../../../contract/store-factories';
import { anEnd, quietEntries } from '../../../support/live';
import { startLiveApi, type LiveApi } from '../../../support/live-api';
import type { SocketMessage } from '../../../support/socket-client';

interface Poll {
  readonly messages: readonly SocketMessage[];
  readonly cursor?: string;
  readonly done: boolean;
}
const seqs = (messages: readonly SocketMessage[]): (number | undefined)[] => messages.map(({ seq }) => seq);

describe('GET /api/v1/executions/{id}/events', () => {
  let api: LiveApi;
  beforeAll(async () => {
    api = await startLiveApi();
  });
  afterAll(async () => api.close());

  const poll = async (path: string): Promise<Poll> => (await api.ask('GET', path)).json as Poll;
  const streamed = async (path: string, accept: string, headers: Record<string, string> = {}): Promise<string> =>
    (await api.ask('GET', path, { headers: { accept, ...headers } })).text;
  const ended = async (lastSeq = 3): Promise<string> => {
    const run = await api.start();
    await api.tell(run, [...quietEntries(1, lastSeq - 1), anEnd(lastSeq)]);
    api.end(run, lastSeq);
    return `/api/v1/executions/${run.id}/events`;
  };

  test('a long poll answers what is there, then what comes, then that it is done', async () => {
    const run = await api.start();
    const path = `/api/v1/executions/${run.id}/events`;
    await api.tell(run, quietEntries(1, 2));
    const first = await poll(path);
    expect([seqs(first.messages), first.done]).toEqual([[1, 2], false]);
    const waiting = poll(`${path}?after=${first.cursor}&wait=30`);
    await api.tell(run, quietEntries(3, 3));
    const second = await waiting;
    expect(seqs(second.messages)).toEqual([3]);
    const nothing = await poll(`${path}?after=${second.cursor}`);
    expect(nothing).toEqual({ messages: [], cursor: second.cursor, done: false });
    const last = poll(`${path}?after=${second.cursor}&wait=30`);
    await api.tell(run, [anEnd(4)]);
    api.end(run, 4);
    const { messages, done, cursor } = await last;
    expect([messages.map(({ type }) => type), done]).toEqual([['log', 'execution_completed'], true]);
    expect(await poll(`${path}?after=${cursor}&wait=30`)).toEqual({ messages: [], cursor, done: true });
  });

  test('server-sent events carry the cursor as id, and a browser that comes back after the end is told to stay away', async () => {
    const path = await ended();
    const reply = await api.ask('GET', path, { headers: { accept: 'text/event-stream' } });
    expect(reply.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.text.startsWith('retry: 1000\n\n')).toBe(true);
    const events = [...reply.text.matchAll(/^id: (\S+)\ndata: (.*)\n$/gm)].map(([, id, data]) => ({
      id,
      message: JSON.parse(data ?? '') as SocketMessage,
    }));
    expect(seqs(events.map(({ message }) => message))).toEqual([1, 2, 2, 3]);
    for (const { id, message } of events) expect(message.cursor).toBe(id);
    const rest = await streamed(path, 'text/event-stream', { 'last-event-id': events[1]?.id ?? '' });
    expect(rest.match(/^id: /gm)).toHaveLength(2);
    const over = await api.ask('GET', path, { headers: { accept: 'text/event-stream', 'last-event-id': events[3]?.id ?? '' } });
    expect([over.status, over.text]).toEqual([204, '']);
  });

  test('a reset has no id', async () => {
    const path = await ended();
    const text = await streamed(`${path}?after=99`, 'text/event-stream');
    expect(text).toContain('\n\ndata: {"type":"reset"');
    expect(text.match(/^id: /gm)).toHaveLength(4);
  });

  test('NDJSON is one message a line', async () => {
    const path = await ended(2);
    const lines = (await streamed(path, 'application/x-ndjson')).split('\n').filter((line) => line !== '');
    expect(lines.map((line) => (JSON.parse(line) as SocketMessage).type)).toEqual([
      'execution_update',
      'log',
      'execution_completed',
    ]);
  });

  test.each([
    ['text/event-stream', 'text/event-stream'],
    ['application/json;q=0.5, text/event-stream', 'text/event-stream'],
    ['application/x-ndjson;q=0.1, application/json;q=0.9', 'application/json'],
    ['*/*', 'application/json'],
    ['text/html', 'application/json'],
    ['text/event-stream;q=0', 'application/json'],
  ])('Accept: %s is answered as %s', async (accept, type) => {
    const reply = await api.ask('GET', await ended(), { headers: { accept } });
    expect(reply.headers.get('content-type')?.split(';')[0]).toBe(type);
  });

  test.each(['?after=', '?after=x', '?wait=61', '?wait=1.5', '?other=1', '?after=1&after=2'])('%s is refused', async (query) => {
    const reply = await api.ask('GET', `${await ended()}${query}`);
    expect([reply.status, reply.json]).toMatchObject([400, { error: { code: 'invalid_request' } }]);
  });

  test('an execution that is not there is 404, on every transport', async () => {
    for (const accept of ['application/json', 'text/event-stream', 'application/x-ndjson'])
      expect((await api.ask('GET', '/api/v1/executions/run_none/events', { headers: { accept } })).status).toBe(404);
  });

  test('one account follows one execution five times, whatever the transport; a reader who leaves makes room', async () => {
    const run = await api.start();
    await api.tell(run, [anEntry(1)]);
    const path = `/api/v1/executions/${run.id}/events`;
    const readers = Array.from({ length: 5 }, () => new AbortController());
    for (const { signal } of readers)
      await fetch(`${api.url}${path}`, { signal, headers: { accept: 'text/event-stream', ...api.bearer } });
    const over = await api.ask('GET', `${path}?wait=5`);
    expect([over.status, over.headers.get('retry-after'), over.json]).toMatchObject([
      429,
      '5',
      { error: { code: 'rate_limited' } },
    ]);
    readers[0]?.abort();
    for (let status = 429; status !== 200;) status = (await api.ask('GET', path)).status;
    for (const reader of readers) reader.abort();
  });
});
