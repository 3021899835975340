import { WebSocket } from 'ws';

export interface SocketMessage {
  readonly type: string;
  readonly seq?: number;
  readonly cursor?: string;
  readonly [member: string]: unknown;
}
export interface Socket {
  readonly messages: SocketMessage[];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly raw: WebSocket;
  /** Resolves when so many messages are there. */
  received(count: number): Promise<void>;
}
export interface Refused {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly json: unknown;
}

/** Opens a WebSocket, or answers how it was refused. */
export const openSocket = (
  url: string,
  headers: Record<string, string> = {},
  onMessage: (message: SocketMessage) => void = () => undefined,
): Promise<{ readonly socket?: Socket; readonly refused?: Refused }> =>
  new Promise((resolve, reject) => {
    const raw = new WebSocket(url.replace(/^http/, 'ws'), { headers });
    const messages: SocketMessage[] = [];
    const waiting = new Set<() => void>();
    const closed = new Promise<{ code: number; reason: string }>((done) =>
      raw.on('close', (code, reason) => {
        for (const wake of waiting) wake();
        done({ code, reason: reason.toString() });
      }),
    );
    raw.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as SocketMessage;
      messages.push(message);
      onMessage(message);
      for (const wake of waiting) wake();
    });
    raw.on('open', () => {
      raw.on('error', () => undefined);
      const received = async (count: number): Promise<void> => {
        while (messages.length < count && raw.readyState === WebSocket.OPEN)
          await new Promise<void>((wake) => {
            const done = (): void => {
              waiting.delete(done);
              wake();
            };
            waiting.add(done);
          });
      };
      resolve({ socket: { messages, closed, raw, received } });
    });
    raw.on('unexpected-response', (_request, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({
          refused: { status: response.statusCode ?? 0, headers: response.headers, json: text === '' ? {} : JSON.parse(text) },
        }),
      );
    });
    raw.on('error', reject);
  });
