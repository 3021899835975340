import { HOST_RULE, LIMITS, SECRET_KEY, SHORTEST_SECRET } from '../../flow';
import type { SecretInfo } from '../../service/contract';
import { z } from '../zod-openapi';
import { Id, Paging, PagingReply, Time } from './common-schema';

const Key = z
  .string()
  .regex(SECRET_KEY, 'must start with a letter or _ and go on with up to 127 letters, digits and _')
  .openapi({ description: 'Flows write it as `secrets.<key>`.' });
const Value = z
  .string()
  .min(SHORTEST_SECRET, `must have at least ${SHORTEST_SECRET} characters: a shorter value could not be masked`)
  .refine((text) => Buffer.byteLength(text) <= LIMITS.secretBytes, `must not be longer than ${LIMITS.secretBytes} bytes`)
  .refine((text) => !/\p{Surrogate}/u.test(text), 'must be well-formed Unicode')
  .openapi({ description: 'Kept encrypted; no route answers it.', writeOnly: true });
const AllowedHosts = z
  .array(z.string().regex(HOST_RULE, 'must be host, *.host or either with :port'))
  .max(50)
  .openapi({ description: 'Hosts that requests with the secret may go to; none = any.', example: ['api.example.com'] });

export const SecretsParams = z.strictObject({ id: Id });
export const SecretParams = z.strictObject({ id: Id, key: Id });
export const SecretUsageQuery = z.strictObject({ ...Paging });

export const CreateSecretRequest = z
  .strictObject({ key: Key, value: Value, allowed_hosts: AllowedHosts.optional() })
  .openapi('CreateSecretRequest');
export const ReplaceSecretRequest = z
  .strictObject({ value: Value.optional(), allowed_hosts: AllowedHosts.optional() })
  .refine(({ value, allowed_hosts: hosts }) => value !== undefined || hosts !== undefined, 'must have at least one member')
  .openapi('ReplaceSecretRequest');

export const SecretReply = z
  .strictObject({ key: z.string(), allowed_hosts: z.array(z.string()), created_at: Time, updated_at: Time })
  .openapi('Secret');
export const SecretListReply = z.strictObject({ secrets: z.array(SecretReply) }).openapi('SecretList');
export const SecretUsageReply = z
  .strictObject({ flows: z.array(z.strictObject({ id: z.string(), name: z.string() })), ...PagingReply })
  .openapi('SecretUsage');

export const presentSecret = ({ key, allowedHosts, createdAt, updatedAt }: SecretInfo): z.input<typeof SecretReply> => ({
  key,
  allowed_hosts: [...allowedHosts],
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
});
