import type { WebSocket } from 'ws';
import { isRepriseError } from '../../flow';
import type { Logger } from '../../logger';
import type { Follower, FollowItem } from '../../service/contract';

/** Close codes of RFC 6455 (4000 and above are ours). */
const CLOSE = { ended: 1000, stopping: 1001, fault: 1011, tryAgain: 1013, expired: 4401 } as const;

export interface SessionLimits {
  /** Between two pings; a client that answered none in between is gone. */
  readonly pingMs: number;
  /** Bytes that wait for a slow client; nothing more is produced for it until they are taken. */
  readonly bufferBytes: number;
  /** A client that takes nothing for so long is closed with 1013. */
  readonly stallMs: number;
}
const SESSION_LIMITS: SessionLimits = { pingMs: 30_000, bufferBytes: 1024 * 1024, stallMs: 10_000 };

/** Sends what the follower is given until the run's end, the credential's end, the stop of this process or the client's leaving. */
export const runSocketSession = async (
  socket: WebSocket,
  follower: Follower,
  toText: (item: FollowItem) => string,
  logger: Logger,
  limits: SessionLimits = SESSION_LIMITS,
): Promise<void> => {
  // A broken connection is followed by its close; what the client sends means nothing, within the size limit.
  socket.on('error', (error) => logger.debug('a live connection broke', { reason: error.message }));
  socket.once('close', () => follower.close());
  const stopPinging = keepPinging(socket, limits.pingMs);

  const send = (text: string): Promise<boolean> => {
    if (socket.bufferedAmount < limits.bufferBytes) {
      socket.send(text);
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const stalled = setTimeout(() => resolve(false), limits.stallMs);
      socket.send(text, () => {
        clearTimeout(stalled);
        resolve(true);
      });
    });
  };

  const pump = async (): Promise<readonly [code: number, reason: string]> => {
    for (;;) {
      for (const item of await follower.next(limits.pingMs))
        if (!(await send(toText(item)))) return [CLOSE.tryAgain, 'too slow: come back with the last cursor'];
      if (follower.isDone()) return [CLOSE.ended, 'the execution has ended'];
      const closed = follower.closed();
      if (closed === 'expired') return [CLOSE.expired, 'the credential has ended: log in again'];
      if (closed !== undefined) return [CLOSE.stopping, 'the service is stopping: come back with the last cursor'];
    }
  };

  try {
    socket.close(...(await pump()));
  } catch (error) {
    if (isRepriseError(error) && error.code === 'unavailable') socket.close(CLOSE.tryAgain, 'come back with the last cursor');
    else {
      logger.error('a live connection ended by a fault', { error });
      socket.close(CLOSE.fault, 'an internal error');
    }
  } finally {
    stopPinging();
    follower.close();
  }
};

const keepPinging = (socket: WebSocket, everyMs: number): (() => void) => {
  let alive = true;
  socket.on('pong', () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) socket.terminate();
    alive = false;
    socket.ping();
  }, everyMs);
  return () => clearInterval(timer);
};
