import { z } from 'zod';
import { compact, type Json, type JsonObject } from '../../../../flow';
import { kvKey } from '../expressions/translate';
import { braced, defineModule, type ModuleContext } from './module';

const json = z.json();
const text = z.string().min(1);
const HTTP_OUTPUT = {
  statusCode: 'status_code',
  body: 'body',
  headers: 'headers',
  duration: 'timing_ms',
  encoding: 'encoding',
  truncated: 'truncated',
} as const;
const seconds = z.number().positive().max(86_400);

const http = {
  url: text,
  headers: z.record(z.string(), json).optional(),
  timeout: seconds.default(30),
  followRedirects: z.boolean().optional(),
  responseType: z.enum(['json', 'text', 'binary']).optional(),
  basicAuth: z.strictObject({ user: text, pass: z.string() }).optional(),
  bearerToken: text.optional(),
};
type Http = z.infer<z.ZodObject<typeof http>>;

const authOf = ({ basicAuth, bearerToken }: Http, { template }: ModuleContext): JsonObject | undefined => {
  if (basicAuth !== undefined)
    return {
      username: template(basicAuth.user, ['basicAuth', 'user']),
      password: template(basicAuth.pass, ['basicAuth', 'pass']),
    };
  return bearerToken === undefined ? undefined : { token: template(bearerToken, ['bearerToken']) };
};

const httpParams = (args: Http, context: ModuleContext) => ({
  url: context.template(args.url, ['url']),
  headers: args.headers && context.template(args.headers, ['headers']),
  follow_redirects: args.followRedirects,
  responseType: args.responseType,
  auth: authOf(args, context),
});

/** Any status is an answer; filters look at `statusCode`. */
export const curl = defineModule({
  args: z.strictObject({
    ...http,
    method: text.default('GET'),
    body: json.optional(),
    bodyForm: z.record(z.string(), json).optional(),
  }),
  outside: true,
  lower: (args, context) => ({
    type: 'http.request',
    params: compact({
      ...httpParams(args, context),
      method: context.template(args.method, ['method']),
      body: args.body === undefined ? undefined : context.template(args.body, ['body']),
      form_data: args.bodyForm && context.template(args.bodyForm, ['bodyForm']),
      failOn: 'never',
    }),
    outputMap: HTTP_OUTPUT,
    timeout: args.timeout,
  }),
});

/** Fetches a file: a 4xx or 5xx answer is a failure. */
export const wget = defineModule({
  args: z.strictObject(http),
  outside: true,
  lower: (args, context) => ({
    type: 'http.request',
    params: compact({ ...httpParams(args, context), method: 'GET' }),
    outputMap: HTTP_OUTPUT,
    timeout: args.timeout,
  }),
});

const SCOPES = ['global', 'flow', 'flow_group'] as const;
const kv = { key: text, scope: z.enum(SCOPES).default('flow'), scopeKey: text.optional() };
type Kv = z.infer<z.ZodObject<typeof kv>>;

const keyOf = ({ key, scope, scopeKey }: Kv, { template, cel }: ModuleContext): Json => {
  if (scope === 'global') return template(key, ['key']);
  const own = cel(key, ['key']);
  return braced(scope === 'flow' ? kvKey.flow(own) : kvKey.group(cel(scopeKey ?? '', ['scopeKey']), own));
};

export const kvGet = defineModule({
  args: z.strictObject(kv),
  outside: true,
  lower: (args, context) => ({ type: 'store', params: { operation: 'get', key: keyOf(args, context) } }),
});
export const kvSet = defineModule({
  args: z.strictObject({ ...kv, value: json, ttl: z.number().positive().optional() }),
  outside: true,
  lower: (args, context) => ({
    type: 'store',
    params: compact({
      operation: 'set',
      key: keyOf(args, context),
      value: context.template(args.value, ['value']),
      ttl: args.ttl,
    }),
    outputMap: { value: '.' },
  }),
});
export const kvAppend = defineModule({
  args: z.strictObject({ ...kv, value: json }),
  outside: true,
  lower: (args, context) => ({
    type: 'store',
    params: { operation: 'append', key: keyOf(args, context), value: context.template(args.value, ['value']) },
    outputMap: { value: '.' },
  }),
});

const address = z.union([text, z.array(text).min(1)]);

export const sendMail = defineModule({
  args: z.strictObject({
    to: address,
    cc: address.optional(),
    bcc: address.optional(),
    from: text.optional(),
    subject: text,
    body: z.string().optional(),
    html: z.string().optional(),
  }),
  outside: true,
  lower: (args, { template }) => ({
    type: 'email.send',
    outputMap: { messageId: 'message_id', addresses: 'addresses' },
    params: Object.fromEntries(
      Object.entries(args).flatMap(([name, value]) => (value === undefined ? [] : [[name, template(value, [name])] as const])),
    ),
  }),
});
