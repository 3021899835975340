import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { runPlaySession } from '../../../../src/api/live/play-session';

/** A session with a client of this kind; resolves when the session is over. */
async function meet(autoPong: boolean) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let pings = 0;
  const over = new Promise<void>((resolve) =>
    sockets.once('connection', (socket) => {
      runPlaySession(socket, { pingMs: 20, missedPings: 2, bufferBytes: 1_000 });
      socket.once('close', () => resolve());
    }),
  );
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { autoPong });
  client.on('error', () => undefined);
  const answered = new Promise<void>((resolve) => client.on('ping', () => (pings += 1) === 6 && resolve()));
  const end = async (): Promise<void> => {
    client.terminate();
    sockets.close();
    await new Promise((resolve) => server.close(resolve));
  };
  return { over, answered, end, pings: () => pings };
}

test('a client that answers no ping is cut off after two of them', async () => {
  const { over, end, pings } = await meet(false);
  await over;
  expect(pings()).toBe(2);
  await end();
});

test('one that answers stays', async () => {
  const { answered, end, pings } = await meet(true);
  await answered;
  expect(pings()).toBe(6);
  await end();
});
