import { isRepriseError } from '../../../../src/flow';
import { createAccessWorld, PASSWORD, REQUEST } from '../../../support/access-world';
import type { AccessWorld } from '../../../support/access-world';
import { createTally, expectGood } from '../../../support/tally';

const UNAUTHORIZED = { code: 'unauthorized' };

describe('sessions', () => {
  let world: AccessWorld;
  beforeEach(async () => {
    world = await createAccessWorld();
  });
  const withRefresh = async (): Promise<string> => (await world.login(undefined, undefined, true)).refreshToken ?? '';
  const exchange = (refreshToken: string) => world.auth.refresh({ refreshToken, request: REQUEST });
  const renew = (bearer: string) => world.auth.refresh({ bearer, request: REQUEST });
  const isRefused = async (use: () => Promise<unknown>): Promise<boolean> => {
    const refusal = await use().catch((error: unknown) => error);
    return isRepriseError(refusal) && refusal.code === 'unauthorized';
  };
  /** Whether the bearer is good. */
  const works = (bearer: string) =>
    world.auth.authenticate(bearer).then(
      () => true,
      () => false,
    );

  test('a bearer answers another one of the same session; the old one ends by itself', async () => {
    const { token } = await world.login();
    world.clock.ms += 60_000;
    const next = await world.auth.refresh({ bearer: token, request: REQUEST });
    const [one, other] = [await world.auth.authenticate(token), await world.auth.authenticate(next.token)];
    expect(next.token).not.toBe(token);
    expect(other.credential.id).toBe(one.credential.id);
    expect(next.refreshToken).toBeUndefined();
  });

  test('a session ends 12 hours after its log-in, however often it is refreshed', async () => {
    let { token } = await world.login();
    for (let minutes = 10; minutes < 720; minutes += 10) {
      world.clock.ms += 600_000;
      ({ token } = await world.auth.refresh({ bearer: token, request: REQUEST }));
    }
    world.clock.ms += 600_000;
    expect(await works(token)).toBe(false);
  });

  test('log-out ends every token of the session and no other session', async () => {
    const refreshToken = await withRefresh();
    const { token, refreshToken: nextOne = '' } = await exchange(refreshToken);
    const other = await world.login();
    await world.auth.logout(await world.auth.authenticate(token));
    const tally = createTally('A5 tokens after log-out');
    for (const use of [() => world.auth.authenticate(token), () => exchange(nextOne), () => renew(token)])
      tally.count(await isRefused(use), () => String(use));
    expectGood(tally, 3);
    expect(await works(other.token)).toBe(true);
  });

  test('a new password ends every session at once', async () => {
    const refreshToken = await withRefresh();
    const sessions = [await world.login(), await world.login(), await world.login()];
    const me = await world.signIn();
    await world.accounts.changePassword(me, me.accountId, { password: 'another long one, of 2027', currentPassword: PASSWORD });
    const tally = createTally('A5 tokens after a new password');
    const tokens = sessions.map(({ token }) => token);
    const uses = [...tokens.map((token) => () => world.auth.authenticate(token)), ...tokens.map((token) => () => renew(token))];
    for (const use of [...uses, () => exchange(refreshToken), () => world.auth.recheck(me)])
      tally.count(await isRefused(use), () => String(use));
    expectGood(tally, 8);
    await expect(world.login(undefined, PASSWORD)).rejects.toMatchObject(UNAUTHORIZED);
    await expect(world.login(undefined, 'another long one, of 2027')).resolves.toBeDefined();
  });

  test('a deleted account and a new role take effect with the next request', async () => {
    const user = await world.add('user');
    const { token } = await world.login(user.email);
    await world.stores.accounts.update(user.workspace, user.id, { role: 'viewer' });
    expect((await world.auth.authenticate(token)).scopes).not.toContain('flows:write');
    await world.accounts.remove(await world.signIn(), user.id);
    expect(await works(token)).toBe(false);
  });

  test('session and account are read beside each other', async () => {
    const { token } = await world.login();
    const order: string[] = [];
    const slow = (store: object, name: string, get: (id: string) => Promise<unknown>) =>
      Object.assign(store, {
        get: async (id: string) => {
          order.push(`${name} asked`);
          await new Promise((resolve) => setImmediate(resolve));
          order.push(`${name} answered`);
          return get(id);
        },
      });
    const { sessions, accounts } = world.stores;
    slow(sessions, 'session', sessions.get);
    slow(accounts, 'account', accounts.get);
    await world.auth.authenticate(token);
    expect(order).toEqual(['session asked', 'account asked', 'session answered', 'account answered']);
  });
});

describe('A5 refresh tokens', () => {
  let world: AccessWorld;
  beforeEach(async () => {
    world = await createAccessWorld();
  });
  const first = async (): Promise<string> => (await world.login(undefined, undefined, true)).refreshToken ?? '';
  const exchange = async (refreshToken: string): Promise<string> =>
    (await world.auth.refresh({ refreshToken, request: REQUEST })).refreshToken ?? '';
  const refused = (refreshToken: string) =>
    exchange(refreshToken).then(
      () => false,
      () => true,
    );

  test('each use answers the next one', async () => {
    const chain = [await first()];
    for (let n = 0; n < 10; n += 1) chain.push(await exchange(chain.at(-1) ?? ''));
    expect(new Set(chain).size).toBe(11);
  });

  test('20 at the same time: one success, and what it answered has ended with the session', async () => {
    const tally = createTally('A5 20 parallel refreshes: one success');
    for (let round = 0; round < 10; round += 1) {
      const token = await first();
      const answers = await Promise.all(Array.from({ length: 20 }, () => exchange(token).catch(() => undefined)));
      const [next, ...more] = answers.filter((answer) => answer !== undefined);
      tally.count(next !== undefined && more.length === 0, () => `round ${round}`);
      expect(await refused(next ?? '')).toBe(true);
    }
    expectGood(tally, 10);
  });

  test('the second use of any of them ends the session', async () => {
    const tally = createTally('A5 tokens of a family after reuse');
    for (const depth of [2, 3, 5]) {
      const chain = [await first()];
      for (let n = 0; n < depth; n += 1) chain.push(await exchange(chain.at(-1) ?? ''));
      const bearer = (await world.auth.refresh({ refreshToken: chain.at(-1) ?? '', request: REQUEST })).token;
      for (const text of [chain[depth - 2] ?? '', ...chain]) tally.count(await refused(text), () => `depth ${depth}`);
      await expect(world.auth.authenticate(bearer)).rejects.toMatchObject(UNAUTHORIZED);
    }
    expectGood(tally, 10);
    expect((await world.trail()).filter((line) => line.startsWith('session.refresh_reused'))).toHaveLength(3);
  });

  test('what is no refresh token is refused', async () => {
    const token = await first();
    const { token: access } = await world.login();
    const other = token.replace(/\.1_/, '.2_');
    const tries = ['', 'rpr_', access, other, `${token}A`, token.slice(0, -1), token.replace('sess_', 'sess_0'), `x${token}`];
    const tally = createTally('A5 wrong refresh tokens');
    for (const text of tries) tally.count(await refused(text), () => text);
    expectGood(tally, 8);
    await expect(world.auth.authenticate(token)).rejects.toMatchObject(UNAUTHORIZED);
  });
});
