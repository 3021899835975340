import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { createPayloadCodec, type PayloadCodecOptions } from './payload-codec';

/** The compiled file beside this one, or its source when run from source. */
const failureConverterPath = (): string => {
  const compiled = join(__dirname, 'failure-converter.js');
  return existsSync(compiled) ? compiled : join(__dirname, 'failure-converter.ts');
};

/** For every client and worker of an installation: they must agree. */
export const createDataConverter = (options: PayloadCodecOptions): DataConverter => ({
  payloadCodecs: [createPayloadCodec(options)],
  ...(options.encrypts ? { failureConverterPath: failureConverterPath() } : {}),
});
