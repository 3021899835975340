import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { RepriseError } from '../flow';
import { codeOf } from './code-of';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};
export const ACCEPT_ENCODING = 'gzip, deflate, br';
/** Each layer may multiply the size; nobody nests more for a good reason. */
const MOST_LAYERS = 2;

export interface BodyReader<L> {
  readonly encoding: string;
  /** Of the decoded body that is held in memory. */
  readonly maxBytes: number;
  /** Takes a larger body from its first byte on, up to `maxBytes` of its own. */
  readonly large?: { readonly maxBytes: number; readonly take: (parts: AsyncIterable<Uint8Array>) => Promise<L> } | undefined;
  /** What an error of the connection is to whoever reads. */
  readonly toError: (error: unknown) => Error;
}

const decodersFor = (encoding: string): Transform[] => {
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const decoders = names.reverse().map((name) => DECODERS[name]?.());
  if (decoders.length > MOST_LAYERS || decoders.includes(undefined))
    throw new RepriseError(
      'invalid_response',
      `The response has the content encoding ${encoding.slice(0, 100)}, which is not understood`,
    );
  return decoders.filter((decoder) => decoder !== undefined);
};

/**
 * The decoded bytes of a response, or what `large` makes of them. Bounded while streaming, behind the decompression: neither
 * the wire's size nor what it claims counts. However it ends, the connection is free or closed then.
 * Throws RepriseError `response_too_large` {limitBytes} or `invalid_response`, `toError` of a stream error, what `take` throws.
 */
export const readBody = async <L>(stream: Readable, reader: BodyReader<L>): Promise<Buffer | L> => {
  // Whoever reads sees an error by reading; without a listener one that nobody reads would end the process.
  stream.on('error', () => undefined);
  const parts = decoded(stream, reader);
  try {
    const held: Buffer[] = [];
    for (let size = 0; ;) {
      const next = await parts.next();
      if (next.done === true) return Buffer.concat(held);
      size += next.value.length;
      held.push(next.value);
      if (size <= reader.maxBytes) continue;
      if (reader.large === undefined) throw tooLarge(reader.maxBytes);
      return await reader.large.take(bounded(held, parts, reader.large.maxBytes));
    }
  } finally {
    stream.destroy();
    await parts.return(undefined);
  }
};

async function* decoded<L>(stream: Readable, { encoding, toError }: BodyReader<L>): AsyncGenerator<Buffer, void> {
  try {
    // An error of either side destroys both, so the loop sees it; leaving the loop closes the connection.
    const last = decodersFor(encoding).reduce<Readable>((from, to) => pipeline(from, to, () => undefined), stream);
    for await (const part of last as AsyncIterable<Buffer>) yield part;
  } catch (error) {
    if (isZlibError(error))
      throw new RepriseError('invalid_response', `The response cannot be decompressed as ${encoding}`, { cause: error });
    throw toError(error);
  }
}

/** What is held goes first, and is let go of as it goes. */
async function* bounded(held: Buffer[], rest: AsyncIterable<Buffer>, limitBytes: number): AsyncGenerator<Buffer, void> {
  let size = 0;
  const counted = (part: Buffer): Buffer => {
    size += part.length;
    if (size > limitBytes) throw tooLarge(limitBytes);
    return part;
  };
  for (let part = held.shift(); part !== undefined; part = held.shift()) yield counted(part);
  for await (const part of rest) yield counted(part);
}

const tooLarge = (limitBytes: number): RepriseError =>
  new RepriseError('response_too_large', `The response is larger than ${limitBytes} bytes; ask for less, or page`, {
    details: { limitBytes },
  });

const isZlibError = (error: unknown): boolean => /^Z_|BROTLI|^ERR__ERROR_FORMAT/.test(codeOf(error));
