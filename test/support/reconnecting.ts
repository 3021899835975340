/** Clients of the live transports that lose their connection after a few messages, again and again, and come back with their cursor. */
import { openSocket, type SocketMessage } from './socket-client';

export interface Reader {
  readonly api: string;
  readonly token: string;
  readonly runId: string;
  readonly after: string | undefined;
}
/** Takes messages until `most` are there or the end came, then drops the connection. Answers whether the end came. */
export type Take = (reader: Reader, most: number, onMessage: (message: SocketMessage) => void) => Promise<boolean>;

const eventsUrl = ({ api, runId, after }: Reader, query: Record<string, string> = {}): string =>
  `${api}/api/v1/executions/${runId}/events?${new URLSearchParams({ ...query, ...(after !== undefined && { after }) }).toString()}`;

export const overSocket: Take = async (reader, most, onMessage) => {
  const query = reader.after === undefined ? '' : `?after=${reader.after}`;
  let left = most;
  const { socket, refused } = await openSocket(
    `${reader.api}/ws/executions/${reader.runId}${query}`,
    { authorization: `Bearer ${reader.token}` },
    (message) => {
      // What arrives behind the drop was never received.
      if (left <= 0) return;
      onMessage(message);
      left -= 1;
    },
  );
  if (socket === undefined) throw new Error(`refused ${JSON.stringify(refused)}`);
  await socket.received(most);
  socket.raw.terminate();
  const { code } = await socket.closed;
  return code === 1000 && left > 0;
};

const overStream =
  (accept: string, toText: (line: string) => string | undefined): Take =>
  async (reader, most, onMessage) => {
    const gone = new AbortController();
    const headers = { accept, authorization: `Bearer ${reader.token}` };
    const reply = await fetch(eventsUrl(reader), { signal: gone.signal, headers });
    if (reply.status !== 200 || reply.body === null) throw new Error(`status ${reply.status}`);
    let left = most;
    let text = '';
    for await (const part of reply.body.pipeThrough(new TextDecoderStream())) {
      const lines = (text + part).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const json = toText(line);
        if (json === undefined) continue;
        onMessage(JSON.parse(json) as SocketMessage);
        left -= 1;
        if (left > 0) continue;
        gone.abort();
        return false;
      }
    }
    return true;
  };
export const overEvents = overStream('text/event-stream', (line) => (line.startsWith('data: ') ? line.slice(6) : undefined));
export const overNdjson = overStream('application/x-ndjson', (line) => (line === '' ? undefined : line));

/** Some polls are dropped under way: what they would have brought was never received. */
export const overPolls: Take = async (reader, most, onMessage) => {
  const gone = new AbortController();
  if (most % 3 === 0) setTimeout(() => gone.abort(), most);
  try {
    const reply = await fetch(eventsUrl(reader, { wait: '20' }), {
      signal: gone.signal,
      headers: { authorization: `Bearer ${reader.token}` },
    });
    if (reply.status !== 200) throw new Error(`status ${reply.status}`);
    const page = (await reply.json()) as { readonly messages: readonly SocketMessage[]; readonly done: boolean };
    for (const message of page.messages.slice(0, most)) onMessage(message);
    return page.done && page.messages.length <= most;
  } catch (error) {
    if (gone.signal.aborted) return false;
    throw error;
  }
};

/** Follows a run to its end over connections that are lost `drops` times at random. Answers what is left after resets. */
export async function followWithDrops(
  take: Take,
  reader: Omit<Reader, 'after'>,
  drops: number,
  random: () => number,
): Promise<{ readonly messages: readonly SocketMessage[]; readonly connections: number; readonly resets: number }> {
  let messages: SocketMessage[] = [];
  let resets = 0;
  let after: string | undefined;
  const onMessage = (message: SocketMessage): void => {
    if (message.type === 'reset') {
      [messages, after] = [[], undefined];
      resets += 1;
    } else {
      messages.push(message);
      after = message.cursor;
    }
  };
  for (let connections = 1; ; connections += 1) {
    const most = connections <= drops ? 1 + Math.floor(random() * 10) : Infinity;
    if (await take({ ...reader, after }, most, onMessage)) return { messages, connections, resets };
  }
}
