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
 * The decoded bytes of a response. Bounded while streaming, before and after decompression.
 * Throws RepriseError `response_too_large` {limitBytes} or `invalid_response`; a stream error as it is.
 */
export const readBody = async (stream: Readable, encoding: string, limitBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  // An error of either side destroys both, so the loop sees it; leaving the loop closes the connection.
  const decoded = decodersFor(encoding).reduce<Readable>((from, to) => pipeline(from, to, () => undefined), stream);
  try {
    for await (const chunk of decoded as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limitBytes)
        throw new RepriseError('response_too_large', `The response is larger than ${limitBytes} bytes; ask for less, or page`, {
          details: { limitBytes },
        });
      chunks.push(chunk);
    }
  } catch (error) {
    if (isZlibError(error))
      throw new RepriseError('invalid_response', `The response cannot be decompressed as ${encoding}`, { cause: error });
    throw error;
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks);
};

const isZlibError = (error: unknown): boolean => /^Z_|BROTLI|^ERR__ERROR_FORMAT/.test(codeOf(error));
