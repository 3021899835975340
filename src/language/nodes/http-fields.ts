import { z } from 'zod';
import { hasTemplate, orTemplate, text } from '../fields';
import { check } from '../shape';

/** An absolute http(s) URL, or a template of one. */
export const url = text.check(
  check((value) => {
    if (/^\s*(?:\{\{|\$\{)/.test(value)) return undefined;
    if (!/^https?:\/\//i.test(value))
      return { message: `Write a whole URL that starts with https:// or http://; it is \`${value.slice(0, 60)}\`.` };
    if (hasTemplate(value) || URL.canParse(value)) return undefined;
    return { message: 'The URL cannot be read; check host and port.' };
  }),
);

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** Header and form values are text on the wire: literal numbers and booleans are written as such. */
export const textRecord = z.record(z.string(), scalar.transform(String));

/** Query values; a list repeats the parameter. */
export const query = z.record(z.string(), z.union([scalar, z.array(scalar)]));

export const bool = orTemplate(z.boolean());

const AUTH_KINDS = [['username', 'password'], ['token'], ['api_key']] as const;

/** Basic {username, password}, bearer {token}, or a header {api_key, key_name}. */
export const auth = z
  .strictObject({
    username: text.optional(),
    password: z.string().optional(),
    token: text.optional(),
    api_key: text.optional(),
    key_name: text.optional(),
  })
  .check(
    check((value) => {
      const kinds = AUTH_KINDS.filter((fields) => fields.some((field) => value[field] !== undefined));
      if (kinds.length !== 1)
        return { message: 'Give one kind of `auth`: username and password, token, or api_key (with key_name).' };
      if (value.key_name !== undefined && value.api_key === undefined)
        return { message: '`key_name` belongs to `api_key`; add it or remove `key_name`.' };
      return value.password !== undefined && value.username === undefined
        ? { message: 'Add `username` beside `password`.' }
        : undefined;
    }),
  );

/** Labels of a node that makes an HTTP call. */
export const HTTP_ACTIONS = ['success', 'client_error', 'server_error'] as const;
export const HTTP_TIMEOUT_MS = 30_000;

export const SECRETS_NOTE =
  'Secrets (`{{ secrets.NAME }}`) may be used in everything that is sent. They are opened when the request is made, and what comes back is masked.';

export const HTTP_FAILURE_NOTE =
  'A 2xx answer takes the edge `success` (else `default`). A 4xx or 5xx answer is a failure `client_error` or `server_error` with the message ' +
  '`HTTP request failed with status N`: it is retried by `retry`, then takes the edge of exactly that name (the node is then DONE and its output is ' +
  'the response), else `catch`, else `onError`, else the run fails; `default` never takes it. Other statuses take `default`.';
