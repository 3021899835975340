import { z } from 'zod';
import type { Json } from '../../flow';
import { defineCall } from '../call-handler';
import { runCode } from './run-code';

/** Strings cross into the sandbox as C strings: what follows a NUL would be lost. */
export const codeText = z
  .string('must be text')
  .max(256 * 1_024, 'is longer than 256 KiB')
  .refine((text) => !text.includes('\0'), 'must not hold a NUL character');
export const codeTimeout = z
  .number('must be milliseconds')
  .min(1, 'must be at least 1 ms')
  .max(10_000, 'must be at most 10s')
  .default(1_000);
export const codeInput = z.custom<Json>().optional();

const scriptParams = z.object({ code: codeText, input: codeInput, timeout: codeTimeout });

/** Body of a JavaScript function with `return`; `input` is null unless the node gives one. */
export const script = defineCall(scriptParams, ({ code, input = null, timeout }, job, deps) =>
  runCode('script', { language: 'javascript', code, input, timeoutMs: timeout }, job, deps),
);
