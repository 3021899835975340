/** What the first start of the embedded mode generates: files that only their owner can read, one secret each. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, encryptionKeys, type Config, type EncryptionKey } from '../../config';

export interface Secrets {
  readonly jwtSecret: string;
  readonly encryptionKeys: readonly EncryptionKey[];
  readonly adminPassword: string;
  /** Where the password stands, unless the environment gave it. */
  readonly adminPasswordFile?: string;
}

/** Reads a secret, making it when there is none; of two processes that make it at once, both answer the first one's. */
async function keep(folder: string, name: string, make: () => string): Promise<string> {
  const path = join(folder, name);
  try {
    await writeFile(path, `${make()}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = (await readFile(path, 'utf8')).trim();
  if (secret === '') throw new Error(`${path} is empty: remove it to have a new one made.`);
  return secret;
}

/** The secrets of the embedded mode: the environment's where it gives them, else the kept ones, made at the first start. */
export async function keepSecrets(
  folder: string,
  config: Pick<Config, 'jwtSecret' | 'adminPassword' | 'encryptionKeys'>,
): Promise<Secrets> {
  const adminPassword =
    config.adminPassword ?? (await keep(folder, 'admin-password', () => randomBytes(15).toString('base64url')));
  return {
    encryptionKeys:
      config.encryptionKeys ??
      parseKeys(folder, await keep(folder, 'encryption-keys', () => `k1:${randomBytes(32).toString('base64')}`)),
    jwtSecret: config.jwtSecret ?? (await keep(folder, 'jwt-secret', () => randomBytes(48).toString('base64url'))),
    adminPassword,
    ...(config.adminPassword === undefined && { adminPasswordFile: join(folder, 'admin-password') }),
  };
}

/** A person may have added a key to rotate to. The value never enters a message. */
const parseKeys = (folder: string, text: string): readonly EncryptionKey[] => {
  const parsed = encryptionKeys.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ConfigError([
    `${join(folder, 'encryption-keys')} ${parsed.error.issues[0]?.message ?? 'cannot be read'}: correct it.`,
  ]);
};
