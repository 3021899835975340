import { isRepriseError } from '../../../../src/flow';
import { createPasswordHasher } from '../../../../src/service/auth/passwords';
import { createAccessWorld, PASSWORD, REQUEST } from '../../../support/access-world';

const codeOf = (error: unknown): unknown => (isRepriseError(error) ? error.code : error);

describe('log-in', () => {
  test('answers a token of 15 minutes that authenticates as the account', async () => {
    const { auth, login, admin, clock } = await createAccessWorld();
    const { token, expiresAt, accountId, refreshToken } = await login();
    expect(expiresAt.getTime() - clock.ms).toBe(15 * 60_000);
    expect({ accountId, refreshToken }).toEqual({ accountId: admin.id, refreshToken: undefined });
    const { workspace, email } = admin;
    expect(await auth.authenticate(token, REQUEST)).toMatchObject({
      accountId,
      workspace,
      email,
      role: 'admin',
      request: REQUEST,
    });
    clock.ms = expiresAt.getTime();
    await expect(auth.authenticate(token)).rejects.toMatchObject({ code: 'unauthorized' });
  });

  test('the user name is the e-mail in any case', async () => {
    const { login } = await createAccessWorld();
    await expect(login(' ada@EXAMPLE.com ')).resolves.toBeDefined();
  });

  test('a wrong password and an unknown user answer the same, with the same number of hashes and store reads', async () => {
    let [hashes, reads] = [0, 0];
    const passwords = { hash: async (text: string) => text, verify: async () => ((hashes += 1), false) };
    const { login, stores, admin } = await createAccessWorld({ passwords });
    const { findByEmail } = stores.accounts;
    Object.assign(stores.accounts, { findByEmail: async (email: string) => ((reads += 1), findByEmail(email)) });
    const answers = [];
    for (const name of [admin.email, 'nobody@example.com']) {
      const before = { hashes, reads };
      answers.push([await login(name, 'wrong').catch(String), hashes - before.hashes, reads - before.reads]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]).toEqual([expect.stringMatching(/wrong/), 1, 1]);
  });

  test('guesses are limited per account, parallel ones too, and the lock ends by itself', async () => {
    const { login, clock, admin } = await createAccessWorld();
    const results = await Promise.all(Array.from({ length: 25 }, async () => login(admin.email, 'guess').catch(codeOf)));
    expect(results.filter((code) => code === 'unauthorized')).toHaveLength(10);
    expect(results.filter((code) => code === 'rate_limited')).toHaveLength(15);
    await expect(login()).rejects.toMatchObject({ code: 'rate_limited', details: { retryAfterSeconds: 60 } });
    clock.ms += 60_000;
    await expect(login()).resolves.toBeDefined();
  });

  test('right passwords are never locked out by their own number', async () => {
    const { login } = await createAccessWorld();
    for (let round = 0; round < 25; round += 1) await expect(login()).resolves.toBeDefined();
  });

  test('failures are in the trail, at most one entry a minute, which counts them', async () => {
    const { login, clock, log, signIn, admin } = await createAccessWorld();
    const fail = () => login(admin.email, 'wrong').catch(() => undefined);
    for (let n = 0; n < 5; n += 1) await fail();
    await login('nobody@example.com', 'wrong').catch(() => undefined);
    clock.ms += 60_000;
    await fail();
    const { entries } = await log.list(await signIn(), { action: 'session.refuse' }, { limit: 10 });
    expect(entries.map(({ details }) => details)).toEqual([{ failures: 5 }, { failures: 1 }]);
    expect(JSON.stringify(entries)).not.toContain('wrong');
  });

  test('with the real hash', async () => {
    const { login } = await createAccessWorld({ passwords: createPasswordHasher() });
    await expect(login()).resolves.toBeDefined();
    await expect(login(undefined, `${PASSWORD}x`)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
