/** `reprise api` and `reprise worker`: what they refuse. */
import { randomBytes } from 'node:crypto';
import { sharedEngines } from '../../support/engines';
import { startReprise } from '../../support/reprise-process';

const random = (): string => randomBytes(32).toString('base64');
const secrets = { REPRISE_JWT_SECRET: random(), REPRISE_ENCRYPTION_KEYS: `k1:${random()}` };

describe.each(['api', 'worker'])('reprise %s', (command) => {
  test('names everything that is missing, at once', async () => {
    const process = startReprise(command, {});
    expect(await process.ended).toBe(1);
    for (const name of ['MONGODB_URI', 'TEMPORAL_ADDRESS', 'REPRISE_JWT_SECRET', 'REPRISE_ENCRYPTION_KEYS']) {
      expect(process.output()).toContain(`${name} is missing`);
    }
  });

  test('refuses weak secrets and names them', async () => {
    const process = startReprise(command, { REPRISE_JWT_SECRET: 'x'.repeat(48) });
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain('REPRISE_JWT_SECRET is weak');
  });

  test('waits for a server that is not there yet, and ends when told to', async () => {
    const process = startReprise(command, { ...secrets, MONGODB_URI: 'mongodb://127.0.0.1:1/x', TEMPORAL_ADDRESS: '127.0.0.1:1' });
    await process.until('MongoDB does not answer; trying again');
    process.kill('SIGTERM');
    expect(await process.ended).toBe(0);
  });

  const { standIn, mongodbUri, temporalAddress } = sharedEngines();
  (standIn ? test : test.skip)(`refuses the stand-in${standIn ? '' : ' (skipped: a real mongod runs)'}`, async () => {
    const process = startReprise(command, { ...secrets, MONGODB_URI: mongodbUri, TEMPORAL_ADDRESS: temporalAddress });
    expect(await process.ended).toBe(1);
    expect(process.output()).toContain('MONGODB_URI leads to the MongoDB stand-in');
  });
});

test('an unknown command is refused with the help', async () => {
  const process = startReprise('serve', {});
  expect(await process.ended).toBe(1);
  expect(process.output()).toMatch(/There is no command `serve`[\s\S]*Usage: reprise <command>/);
});
