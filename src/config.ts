/**
 * The only reader of the environment. Every fault is reported together, in one sentence each that says what to do.
 * Any NAME may be given as NAME_FILE instead, the path of a file that holds the value (container secrets).
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type ConfigLogLevel = (typeof LOG_LEVELS)[number];

/** A key-encryption key: its id and 32 bytes. The first of the list encrypts, all of them decrypt. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: Uint8Array;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  /** How callers reach the API, without a trailing slash. */
  readonly publicUrl: string;
  /** Absent in the embedded mode: engines are started. */
  readonly mongodbUri?: string;
  /** `host:port`. */
  readonly temporalAddress?: string;
  readonly temporalNamespace: string;
  readonly temporalUiUrl?: string;
  /** Absolute; all that the embedded mode keeps, and the built-in artifact store. */
  readonly dataDir: string;
  /** Absolute; downloaded and built engines, outside the work tree. */
  readonly cacheDir: string;
  readonly temporalBin?: string;
  readonly mongodBin?: string;
  readonly adminEmail: string;
  readonly adminPassword?: string;
  readonly jwtSecret?: string;
  readonly encryptionKeys?: readonly EncryptionKey[];
  /** What Temporal stores is encrypted; false leaves it readable to whoever reads its database. */
  readonly encryptsPayloads: boolean;
  /** `host`, `host:port` or CIDR that http nodes may reach although private. */
  readonly egressAllow: readonly string[];
  /** `smtp://user:password@host:587`; absent: no mail is sent. */
  readonly smtpUrl?: string;
  /** Default sender of mails. */
  readonly smtpFrom?: string;
  /** Signs outgoing webhooks that bring no secret of their own. */
  readonly webhookSecret?: string;
  /** Open followers of one run by one account. */
  readonly followersPerRun: number;
  /** Reverse proxies of ours before the API, whose X-Forwarded-For is believed. */
  readonly proxyHops: number;
  readonly logLevel: ConfigLogLevel;
}

/** What `reprise api` and `reprise worker` need: nothing is generated, nothing embedded. */
export type ProductionConfig = Config & Required<Pick<Config, 'mongodbUri' | 'temporalAddress' | 'jwtSecret' | 'encryptionKeys'>>;

/** Thrown when the environment cannot be used; `faults` has one sentence per variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n  ${faults.join('\n  ')}`);
    this.faults = faults;
  }
}

type Env = Readonly<Record<string, string | undefined>>;
type ReadText = (path: string) => string;

const hostAndPort = /^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/;
const cidrOrHost = /^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+|[0-9a-fA-F:]+)(:\d{1,5}|\/\d{1,3})?$/;

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** `id:base64,id:base64`, as REPRISE_ENCRYPTION_KEYS and the embedded mode's file hold it. */
export const encryptionKeys = list.transform((parts, context): readonly EncryptionKey[] => {
  const keys = parts.map((part): EncryptionKey => {
    const colon = part.indexOf(':');
    return { id: part.slice(0, Math.max(colon, 0)), key: new Uint8Array(Buffer.from(part.slice(colon + 1), 'base64')) };
  });
  // The value itself never enters a message: it is a secret.
  if (keys.length === 0 || keys.some(({ id, key }) => !/^[A-Za-z0-9_-]{1,32}$/.test(id) || key.length !== 32))
    context.addIssue({
      code: 'custom',
      message: 'must be a comma-separated list of id:base64 with keys of 32 bytes (openssl rand -base64 32)',
    });
  if (new Set(keys.map(({ id }) => id)).size !== keys.length)
    context.addIssue({ code: 'custom', message: 'names a key id twice' });
  return keys;
});

const url = (protocols: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );

const schema = z.object({
  PORT: z.coerce
    .number('must be a port number')
    .int('must be a whole number')
    .min(1, 'must be 1 to 65535')
    .max(65_535, 'must be 1 to 65535')
    .default(8080),
  HOST: z
    .string()
    .regex(/^[^\s/]+$/, 'must be a host name or an address')
    .default('127.0.0.1'),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must start with mongodb:// or mongodb+srv://')
    .optional(),
  TEMPORAL_ADDRESS: z.string().regex(hostAndPort, 'must be host:port').optional(),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_UI_URL: url(['http:', 'https:']).optional(),
  TEMPORAL_BIN: z.string().optional(),
  MONGOD_BIN: z.string().optional(),
  XDG_CACHE_HOME: z.string().optional(),
  REPRISE_CACHE_DIR: z.string().optional(),
  REPRISE_DATA_DIR: z.string().default('.reprise'),
  REPRISE_ADMIN_EMAIL: z.email('must be an e-mail address').default('admin@reprise.local'),
  REPRISE_ADMIN_PASSWORD: z.string().min(12, 'must have at least 12 characters').optional(),
  REPRISE_JWT_SECRET: z.string().min(32, 'must have at least 32 characters (openssl rand -base64 48)').optional(),
  REPRISE_ENCRYPTION_KEYS: encryptionKeys.optional(),
  REPRISE_PAYLOAD_ENCRYPTION: z.enum(['on', 'off'], 'must be on or off').default('on'),
  REPRISE_EGRESS_ALLOW: list
    .refine((rules) => rules.every((rule) => cidrOrHost.test(rule)), 'must be a comma-separated list of host, host:port or CIDR')
    .default([]),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  SMTP_FROM: z.email('must be an e-mail address').optional(),
  REPRISE_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/, 'must be whsec_ and the base64 of 24 to 64 bytes (openssl rand -base64 32)')
    .optional(),
  REPRISE_PROXY_HOPS: z.string().regex(/^\d$/, 'must be a number from 0 to 9').transform(Number).default(0),
  REPRISE_FOLLOWERS_PER_RUN: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'must be a number from 1 to 9999')
    .transform(Number)
    .default(5),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/** Every variable that is read. */
export const CONFIG_NAMES: readonly string[] = Object.keys(schema.shape);
/** Named by the design for features that this version does not have: set, they would be ignored, so they are refused. */
const LATER = ['REPRISE_PUPLOAD_OPEN', 'REPRISE_IMAGE_ALLOW'];

/** An empty variable counts as unset: shells and compose files cannot unset one. */
const given = (value: string | undefined): value is string => value !== undefined && value !== '';

function collect(env: Env, readText: ReadText, faults: string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const name of CONFIG_NAMES) {
    const direct = env[name];
    const path = env[`${name}_FILE`];
    if (given(direct) && given(path)) faults.push(`${name} and ${name}_FILE are both set: keep one.`);
    else if (given(direct)) values[name] = direct;
    else if (given(path)) {
      try {
        // Editors and `echo` end a file with a newline that is no part of a secret.
        values[name] = readText(path).replace(/\r?\n$/, '');
      } catch {
        faults.push(`${name}_FILE names ${path}, which cannot be read: check the path and its permissions.`);
      }
    }
  }
  return values;
}

function unknownNames(env: Env): string[] {
  const known = new Set(CONFIG_NAMES.flatMap((name) => [name, `${name}_FILE`]));
  return Object.keys(env)
    .filter((name) => name.startsWith('REPRISE_') && !name.startsWith('REPRISE_TEST_') && !known.has(name))
    .map((name) =>
      LATER.includes(name.replace(/_FILE$/, ''))
        ? `${name} is not supported by this version yet: unset it.`
        : `${name} is not a variable of Reprise: see docs/configuration.md for the names.`,
    );
}

/**
 * Parses the environment once, frozen. Throws ConfigError with all faults.
 * @param readText reads a NAME_FILE; a parameter so that tests need no files
 */
export function parseConfig(env: Env = process.env, readText: ReadText = (path) => readFileSync(path, 'utf8')): Config {
  const faults: string[] = [];
  const parsed = schema.safeParse(collect(env, readText, faults));
  faults.push(...unknownNames(env));
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`));
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);
  const v = parsed.data;
  const shownHost = v.HOST.includes(':') ? `[${v.HOST}]` : v.HOST;
  return Object.freeze({
    port: v.PORT,
    host: v.HOST,
    publicUrl: (v.PUBLIC_URL ?? `http://${shownHost}:${v.PORT}`).replace(/\/+$/, ''),
    ...(v.MONGODB_URI !== undefined && { mongodbUri: v.MONGODB_URI }),
    ...(v.TEMPORAL_ADDRESS !== undefined && { temporalAddress: v.TEMPORAL_ADDRESS }),
    temporalNamespace: v.TEMPORAL_NAMESPACE,
    ...(v.TEMPORAL_UI_URL !== undefined && { temporalUiUrl: v.TEMPORAL_UI_URL.replace(/\/+$/, '') }),
    dataDir: resolve(v.REPRISE_DATA_DIR),
    cacheDir: resolve(v.REPRISE_CACHE_DIR ?? join(v.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'reprise')),
    ...(v.TEMPORAL_BIN !== undefined && { temporalBin: v.TEMPORAL_BIN }),
    ...(v.MONGOD_BIN !== undefined && { mongodBin: v.MONGOD_BIN }),
    adminEmail: v.REPRISE_ADMIN_EMAIL,
    ...(v.REPRISE_ADMIN_PASSWORD !== undefined && { adminPassword: v.REPRISE_ADMIN_PASSWORD }),
    ...(v.REPRISE_JWT_SECRET !== undefined && { jwtSecret: v.REPRISE_JWT_SECRET }),
    ...(v.REPRISE_ENCRYPTION_KEYS !== undefined && { encryptionKeys: v.REPRISE_ENCRYPTION_KEYS }),
    encryptsPayloads: v.REPRISE_PAYLOAD_ENCRYPTION === 'on',
    egressAllow: v.REPRISE_EGRESS_ALLOW,
    ...(v.SMTP_URL !== undefined && { smtpUrl: v.SMTP_URL }),
    ...(v.SMTP_FROM !== undefined && { smtpFrom: v.SMTP_FROM }),
    ...(v.REPRISE_WEBHOOK_SECRET !== undefined && { webhookSecret: v.REPRISE_WEBHOOK_SECRET }),
    followersPerRun: v.REPRISE_FOLLOWERS_PER_RUN,
    proxyHops: v.REPRISE_PROXY_HOPS,
    logLevel: v.LOG_LEVEL,
  });
}

/** Random secrets of 32 bytes have far more different ones, in any spelling. */
const FEWEST_DIFFERENT = 8;

/** What of the secrets is there but was never drawn at random. */
function weakSecrets({ jwtSecret, encryptionKeys: keys = [] }: Config): readonly string[] {
  const isWeak = (secret: Iterable<unknown>): boolean => new Set(secret).size < FEWEST_DIFFERENT;
  return [
    ...(jwtSecret !== undefined && isWeak(jwtSecret)
      ? ['REPRISE_JWT_SECRET is weak: set a random value (openssl rand -base64 48).']
      : []),
    ...keys
      .filter(({ key }) => isWeak(key))
      .map(({ id }) => `REPRISE_ENCRYPTION_KEYS has a weak key, ${id}: make it at random (openssl rand -base64 32).`),
  ];
}

/** Narrows to a production configuration. Throws ConfigError that names everything missing or weak. */
export function assertProduction(config: Config): asserts config is ProductionConfig {
  const missing = (
    [
      ['MONGODB_URI', config.mongodbUri],
      ['TEMPORAL_ADDRESS', config.temporalAddress],
      ['REPRISE_JWT_SECRET', config.jwtSecret],
      ['REPRISE_ENCRYPTION_KEYS', config.encryptionKeys],
    ] as const
  )
    .filter(([, value]) => value === undefined)
    .map(([name]) => `${name} is missing: set it (or ${name}_FILE). For a machine without engines use \`reprise dev\`.`);
  const faults = [...missing, ...weakSecrets(config)];
  if (faults.length > 0) throw new ConfigError(faults);
}
