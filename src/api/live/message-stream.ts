import { Readable } from 'node:stream';
import type { Follower, FollowItem } from '../../service/contract';

/** Short enough for the idle limits of common proxies. */
const HEARTBEAT_MS = 15_000;
/** Somebody who takes nothing for so long is gone, or too slow. */
const STALL_MS = 30_000;

/** How messages look on the wire. */
export interface Wire {
  readonly contentType: string;
  readonly opening: string;
  readonly heartbeat: string;
  readonly write: (message: object, cursor: string | undefined) => string;
}

/** Server-sent events: the cursor is the event's id, so that `Last-Event-ID` brings it back; what has no cursor has no id. */
export const SSE: Wire = {
  contentType: 'text/event-stream',
  opening: 'retry: 1000\n\n',
  heartbeat: ': still here\n\n',
  write: (message, cursor) => {
    const id = cursor === undefined ? '' : `id: ${cursor}\n`;
    return `${id}data: ${JSON.stringify(message)}\n\n`;
  },
};

/** One JSON value a line; an empty line says that the connection lives. */
export const NDJSON: Wire = {
  contentType: 'application/x-ndjson',
  opening: '',
  heartbeat: '\n',
  write: (message) => `${JSON.stringify(message)}\n`,
};

/**
 * `first`, then everything else that a follower is given, as bytes, until the run's end, the follower's close or the reader's leaving. It pulls: what
 * a slow reader has not taken is not produced. Closes the follower.
 */
export const messageStream = (
  follower: Follower,
  first: readonly FollowItem[],
  wire: Wire,
  present: (item: FollowItem) => object,
  options: { readonly heartbeatMs: number; readonly stallMs: number } = { heartbeatMs: HEARTBEAT_MS, stallMs: STALL_MS },
): Readable => {
  const stream = Readable.from(chunks(), { objectMode: false });
  stream.once('close', () => follower.close());
  return stream;

  async function* chunks(): AsyncGenerator<string> {
    if (wire.opening !== '') yield wire.opening;
    for (let items = first; ; items = await follower.next(options.heartbeatMs)) {
      const isOver = follower.isDone() || follower.closed() !== undefined;
      const text = items.map((item) => wire.write(present(item), item.kind === 'reset' ? undefined : item.cursor)).join('');
      if (isOver && text === '') return;
      const stalled = setTimeout(() => stream.destroy(new Error('the reader takes nothing')), options.stallMs);
      try {
        yield text === '' ? wire.heartbeat : text;
        if (isOver) return;
      } finally {
        clearTimeout(stalled);
      }
    }
  }
};
