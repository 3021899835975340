import type { RawData, WebSocket } from 'ws';
import type { WorkspaceItem } from '../../service/contract';
import { SubscribeMessage } from '../plays/event-schema';
import { presentEvent } from '../plays/present-event';

export interface PlaySessionLimits {
  /** Between two pings. */
  readonly pingMs: number;
  /** Pings without an answer, after which the client is gone. */
  readonly missedPings: number;
  /** Bytes that may wait for a slow client. */
  readonly bufferBytes: number;
}
export const PLAY_SESSION_LIMITS: PlaySessionLimits = { pingMs: 15_000, missedPings: 2, bufferBytes: 1024 * 1024 };

interface Wish {
  readonly playId?: string | undefined;
  readonly flowId?: string | undefined;
}

/** Sends what happens to the plays that the client wants; answers what to call for each thing that happens. */
export const runPlaySession = (socket: WebSocket, limits: PlaySessionLimits): ((item: WorkspaceItem) => void) => {
  let wish: Wish = {};
  let missed = 0;
  socket.on('error', () => socket.terminate());
  socket.on('pong', () => {
    missed = 0;
  });
  const pinging = setInterval(() => {
    if (missed >= limits.missedPings) return socket.terminate();
    missed += 1;
    socket.ping();
  }, limits.pingMs);
  socket.once('close', () => clearInterval(pinging));
  socket.on('message', (data) => {
    const asked = readWish(data);
    if (asked === undefined) socket.close(1008, 'send {"type":"subscribe","playId":…} or {"type":"subscribe","flowId":…}');
    else wish = asked;
  });

  return (item) => {
    const { run } = item;
    if (socket.readyState !== socket.OPEN) return;
    if ((wish.playId ?? run.id) !== run.id || (wish.flowId ?? run.flowId) !== run.flowId) return;
    const event = presentEvent(item);
    if (event === undefined) return;
    // Live updates are not kept for anybody: who is too slow asks for the play.
    if (socket.bufferedAmount > limits.bufferBytes) return socket.close(1013, 'too slow: ask for the plays, and come back');
    socket.send(JSON.stringify(event));
  };
};

const readWish = (data: RawData): Wish | undefined => {
  try {
    // Text frames come as one buffer.
    return SubscribeMessage.parse(JSON.parse((data as Buffer).toString('utf8')));
  } catch {
    return undefined;
  }
};
