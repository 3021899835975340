import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { assertProduction, type ConfigError, parseConfig } from '../../src/config';

const faultsOf = (env: Record<string, string>, readText?: (path: string) => string): readonly string[] => {
  try {
    parseConfig(env, readText);
    return [];
  } catch (error) {
    return (error as ConfigError).faults;
  }
};
const key = Buffer.alloc(32, 7).toString('base64');

describe('configuration', () => {
  test('has defaults for the embedded mode, frozen', () => {
    const config = parseConfig({});
    expect(config).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      publicUrl: 'http://127.0.0.1:8080',
      temporalNamespace: 'default',
      logLevel: 'info',
    });
    expect(config).toMatchObject({ dataDir: resolve('.reprise'), cacheDir: `${homedir()}/.cache/reprise`, egressAllow: [] });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('reads every variable', () => {
    const config = parseConfig({
      PORT: '9000',
      HOST: '::1',
      MONGODB_URI: 'mongodb://db/reprise',
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_UI_URL: 'https://ui.example/',
      REPRISE_ENCRYPTION_KEYS: `new:${key}, old:${key}`,
      REPRISE_EGRESS_ALLOW: 'intranet, 10.0.0.0/8, 127.0.0.1:9000',
      REPRISE_PAYLOAD_ENCRYPTION: 'off',
      XDG_CACHE_HOME: '/var/cache',
    });
    expect(config.publicUrl).toBe('http://[::1]:9000');
    expect(config.encryptionKeys?.map(({ id }) => id)).toEqual(['new', 'old']);
    expect(config).toMatchObject({
      temporalUiUrl: 'https://ui.example',
      encryptsPayloads: false,
      cacheDir: '/var/cache/reprise',
      egressAllow: ['intranet', '10.0.0.0/8', '127.0.0.1:9000'],
    });
  });

  test('reports all faults together, without the secret values', () => {
    const faults = faultsOf({
      PORT: 'http',
      MONGODB_URI: 'postgres://x',
      REPRISE_JWT_SECRET: 'hunter2',
      REPRISE_ENCRYPTION_KEYS: 'k:c2hvcnQ=',
      LOG_LEVEL: 'loud',
    });
    expect(faults).toHaveLength(5);
    expect(faults.join('\n')).toMatch(
      /PORT must be a port number[\s\S]*MONGODB_URI must start with mongodb[\s\S]*REPRISE_JWT_SECRET must have at least 32/,
    );
    expect(faults.join('\n')).not.toMatch(/hunter2|c2hvcnQ/);
  });

  test('an unknown or not yet supported variable of ours is a fault; others are not ours', () => {
    expect(faultsOf({ REPRISE_PROT: '1', REPRISE_IMAGE_ALLOW: 'x', REPRISE_TEST_X: '1', PATH: '/bin' })).toEqual([
      expect.stringMatching(/REPRISE_PROT is not a variable of Reprise/),
      expect.stringMatching(/REPRISE_IMAGE_ALLOW is not supported by this version yet/),
    ]);
  });

  test('an empty variable counts as unset', () => {
    expect(parseConfig({ PORT: '', MONGODB_URI: '' })).toMatchObject({ port: 8080 });
  });

  test('NAME_FILE gives the value of a file, without its last newline', () => {
    const secret = 's'.repeat(40);
    expect(parseConfig({ REPRISE_JWT_SECRET_FILE: '/run/secret' }, () => `${secret}\n`).jwtSecret).toBe(secret);
    expect(faultsOf({ REPRISE_JWT_SECRET_FILE: '/no', REPRISE_JWT_SECRET: secret })).toEqual([
      expect.stringMatching(/both set: keep one/),
    ]);
    expect(faultsOf({ REPRISE_JWT_SECRET_FILE: '/no' })).toEqual([expect.stringMatching(/\/no, which cannot be read/)]);
  });

  test('production names everything that is missing', () => {
    expect(() => assertProduction(parseConfig({ MONGODB_URI: 'mongodb://db/x' }))).toThrow(
      /TEMPORAL_ADDRESS is missing[\s\S]*REPRISE_JWT_SECRET is missing[\s\S]*REPRISE_ENCRYPTION_KEYS is missing/,
    );
  });

  test('production refuses secrets that nobody drew at random, without showing them', () => {
    const weak = parseConfig({
      MONGODB_URI: 'mongodb://db/x',
      TEMPORAL_ADDRESS: 'temporal:7233',
      REPRISE_JWT_SECRET: 'secret'.repeat(8),
      REPRISE_ENCRYPTION_KEYS: `k1:${key}`,
    });
    const refuse = () => assertProduction(weak);
    expect(refuse).toThrow(/REPRISE_JWT_SECRET is weak[\s\S]*REPRISE_ENCRYPTION_KEYS has a weak key, k1/);
    expect(refuse).not.toThrow(/secretsecret/);
    for (let n = 0; n < 1_000; n += 1) {
      const good = { ...weak, jwtSecret: randomBytes(32).toString('hex'), encryptionKeys: [{ id: 'k1', key: randomBytes(32) }] };
      expect(() => assertProduction(good)).not.toThrow();
    }
  });
});
