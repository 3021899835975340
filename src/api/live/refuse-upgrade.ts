import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { toDialect } from '../dialect';
import { toEnvelope } from '../envelopes';
import { toHttpFailure } from '../errors';

/** Answers an upgrade with an ordinary refusal, in the envelope of the path, and ends the connection. Answers the status. */
export const refuseUpgrade = (
  socket: Duplex,
  error: unknown,
  request: { readonly path: string; readonly id: string },
): number => {
  const failure = toHttpFailure(error, request.id);
  const envelope = toEnvelope(toDialect(request.path), failure, { path: request.path, requestId: request.id, apiVersion: '' });
  const body = typeof envelope.body === 'string' ? envelope.body : JSON.stringify(envelope.body);
  const headers = {
    ...failure.headers,
    'content-type': `${envelope.type}; charset=utf-8`,
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-request-id': request.id,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status] ?? ''}\r\n${lines.join('')}\r\n${body}`);
  return failure.status;
};
