import { z } from 'zod';
import { anyValue, duration } from '../fields';
import { check } from '../shape';

const DEFAULT_MS = 1_000;
const LONGEST_MS = 10_000;
/** Added to the code's own limit for the attempt, so that the code's limit speaks first: start of a sandbox, transport. */
const SLACK_MS = 10_000;

const tooLong = check((ms: number) =>
  ms > LONGEST_MS ? { code: 'invalid_duration', message: 'Code may run 10s at most; write a shorter limit.' } : undefined,
);

export const CODE_SECRETS_NOTE =
  '`input` may use secrets (`{{ secrets.NAME }}`) that are not bound to hosts; the result and the log lines are masked.';

/** Params of every node that runs code, beside the code itself. */
export const codeParams = { input: anyValue.optional(), timeout: duration().pipe(z.number().check(tooLong)).default(DEFAULT_MS) };

/** What all of them share as types: they run in the sandbox of a regular activity. */
export const codeNode = {
  actions: [],
  execution: ['activity'],
  attemptTimeoutMs: ({ timeout }: { readonly timeout: number }): number => timeout + SLACK_MS,
} as const;
