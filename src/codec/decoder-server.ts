/**
 * Opens payloads for the Temporal UI, in the browser of whoever runs an embedded Reprise. It is a decryption oracle, so it listens on
 * loopback only, answers the UI's origin only, and no other name than its own (a page that rebinds its DNS name to 127.0.0.1).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Logger } from '../logger';

const { Payloads } = temporal.api.common.v1;
const HOST = '127.0.0.1';
const LARGEST_BODY = 16 * 1_024 * 1_024;

export interface DecoderOptions {
  readonly codec: PayloadCodec;
  readonly port: number;
  /** Of the Temporal UI: `http://127.0.0.1:8233`. */
  readonly origins: readonly string[];
  readonly logger: Logger;
}

/** Listens until the answer is called. */
export const startDecoder = async (options: DecoderOptions): Promise<() => Promise<void>> => {
  const server = createServer((request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      options.logger.warn('the UI decoder could not answer', { error: String(error) });
      refuse(response, 400, 'The request is not {"payloads": […]} as the Temporal UI sends it.');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: HOST }, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  { codec, port, origins }: DecoderOptions,
): Promise<void> => {
  const { origin, host } = request.headers;
  if (host !== `${HOST}:${port}` && host !== `localhost:${port}`) return refuse(response, 421, 'Unknown host.');
  if (origin === undefined || !origins.includes(origin)) return refuse(response, 403, 'Only the Temporal UI may ask.');
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  if (request.method === 'OPTIONS') {
    response.setHeader('access-control-allow-methods', 'POST');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, x-namespace');
    response.writeHead(204).end();
    return;
  }
  const works: Readonly<Record<string, (payload: Payload) => Promise<Payload>>> = {
    '/decode': (payload) => openIfPossible(codec, payload),
    '/encode': async (payload) => (await codec.encode([payload]))[0] ?? payload,
  };
  const work = request.method === 'POST' ? works[request.url ?? ''] : undefined;
  if (work === undefined) return refuse(response, 404, 'Ask POST /decode or POST /encode.');
  const { payloads } = Payloads.fromObject(JSON.parse(await readBody(request)) as Record<string, unknown>);
  const done = Payloads.create({ payloads: await Promise.all(payloads.map(work)) });
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(Payloads.toObject(done, { bytes: String })));
};

/** One that cannot be opened (a key that is gone) must not hide the others. */
const openIfPossible = async (codec: PayloadCodec, payload: Payload): Promise<Payload> => {
  try {
    return (await codec.decode([payload]))[0] ?? payload;
  } catch {
    return payload;
  }
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY) throw new Error('the body is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
};

const refuse = (response: ServerResponse, status: number, text: string): void => {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
};
