import { z } from 'zod';
import { defineCall } from '../call-handler';
import { runCode } from './run-code';
import { codeInput, codeText, codeTimeout } from './script';

const jsonataParams = z.object({ expression: codeText, input: codeInput, timeout: codeTimeout });

/** A JSONata query over `input`; nothing found answers null. */
export const jsonata = defineCall(jsonataParams, ({ expression, input = null, timeout }, job, deps) =>
  runCode('jsonata', { language: 'jsonata', code: expression, input, timeoutMs: timeout }, job, deps),
);
