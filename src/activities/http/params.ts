import { z } from 'zod';
import type { Json } from '../../flow';
import { scalarText } from '../call-handler';

const json = z.custom<Json>((value) => value !== undefined);
/** A null value leaves the entry out, so that `{{ input.token ?? null }}` works. */
const present = <T>(record: Readonly<Record<string, T | null>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== null));

const texts = z.record(z.string(), scalarText.nullable(), 'must be an object of texts').transform(present<string>);
const query = z
  .record(
    z.string(),
    z.union([scalarText, z.array(scalarText)], 'must be text or a list of texts').nullable(),
    'must be an object',
  )
  .transform(present<string | string[]>);

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
const method = z
  .string('must be text')
  .transform((text) => text.toUpperCase())
  .pipe(z.enum(METHODS, `must be one of ${METHODS.join(', ')}`));

const auth = z
  .object(
    {
      username: scalarText.optional(),
      password: scalarText.optional(),
      token: scalarText.optional(),
      api_key: scalarText.optional(),
      key_name: scalarText.optional(),
    },
    'must be an object',
  )
  .refine(
    (given) => given.username !== undefined || given.token !== undefined || given.api_key !== undefined,
    'needs username and password, token, or api_key',
  );
export type Auth = z.infer<typeof auth>;

const url = z
  .string('must be text')
  .transform((text) => text.trim())
  .refine((text) => URL.canParse(text), 'must be a whole URL, such as https://host/path')
  .transform((text) => new URL(text));

export const httpParams = z.object({
  url,
  method: method.default('GET'),
  headers: texts.optional(),
  query: query.optional(),
  body: json.optional(),
  form_data: texts.optional(),
  auth: auth.nullish(),
  follow_redirects: z.boolean('must be true or false').default(true),
  failOn: z.enum(['default', 'never'], 'must be default or never').default('default'),
  responseType: z.enum(['auto', 'json', 'text', 'binary'], 'must be auto, json, text or binary').default('auto'),
});
export type HttpParams = z.infer<typeof httpParams>;

export const webhookParams = z.object({ url, method: method.default('POST'), headers: texts.optional(), body: json.optional() });
