import { bodyParser } from '@koa/bodyparser';
import { LIMITS, RepriseError } from '../flow';
import type { AppContext } from './app-context';

/** JSON nesting; deeper input makes recursive code downstream (stringify, zod) throw. */
const MAX_DEPTH = 64;
const JSON_TYPE = /^application\/json\s*(;\s*charset="?utf-?8"?\s*)?$/i;
const noNext = async (): Promise<void> => {};

const parse = bodyParser({
  enableTypes: ['json'],
  jsonLimit: LIMITS.bodyBytes,
  parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'],
});

/**
 * The JSON body of a request: an object or list; `{}` when none was sent, so that the schema names what is missing.
 * Throws unsupported_media_type, payload_too_large, invalid_request.
 */
export async function readJsonBody(ctx: AppContext): Promise<unknown> {
  if (!hasBody(ctx)) return {};
  const type = ctx.get('content-type');
  if (!JSON_TYPE.test(type)) {
    throw new RepriseError(
      'unsupported_media_type',
      `Send the body as "Content-Type: application/json", not "${type.slice(0, 100)}".`,
    );
  }
  await parse(ctx, noNext);
  const body = ctx.request.body;
  if (isDeeperThan(body, MAX_DEPTH)) {
    throw new RepriseError('invalid_request', `The body is nested deeper than ${MAX_DEPTH} levels: flatten it.`, {
      details: { field: '', reason: `nested deeper than ${MAX_DEPTH} levels` },
    });
  }
  return body;
}

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(;\s*charset="?utf-?8"?\s*)?$/i;
const parseText = bodyParser({
  enableTypes: ['text'],
  extendTypes: { text: ['application/x-www-form-urlencoded'] },
  textLimit: LIMITS.bodyBytes,
});

/** What an HTML form sends: texts by name, each name once. Throws unsupported_media_type, payload_too_large, invalid_request. */
export async function readFormBody(ctx: AppContext): Promise<Readonly<Record<string, string>>> {
  if (!hasBody(ctx)) return {};
  if (!FORM_TYPE.test(ctx.get('content-type')))
    throw new RepriseError('unsupported_media_type', 'Send the body as "Content-Type: application/x-www-form-urlencoded".');
  await parseText(ctx, noNext);
  const members = [...new URLSearchParams(String(ctx.request.body))];
  if (new Set(members.map(([name]) => name)).size !== members.length)
    throw new RepriseError('invalid_request', 'A member of the form is sent twice: send each once.');
  return Object.fromEntries(members);
}

/** Whether the request says that it has one. */
export const hasBody = (ctx: AppContext): boolean =>
  ctx.get('transfer-encoding') !== '' || (ctx.get('content-length') !== '' && ctx.get('content-length') !== '0');

/** Iterative: recursion is what deep input attacks. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= limit) return true;
    level = level.flatMap(containersIn);
  }
  return false;
}

const containersIn = (value: unknown): unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).filter(isContainer) : [];

const isContainer = (value: unknown): boolean => typeof value === 'object' && value !== null;
