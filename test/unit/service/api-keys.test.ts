import { isRepriseError, SCOPES } from '../../../src/flow';
import type { Principal, Scope } from '../../../src/flow';
import { createAccessWorld, REQUEST } from '../../support/access-world';
import type { AccessWorld } from '../../support/access-world';
import { createTally, expectGood } from '../../support/tally';

describe('API keys', () => {
  let world: AccessWorld;
  let admin: Principal;
  beforeEach(async () => {
    world = await createAccessWorld();
    admin = await world.signIn();
  });
  const make = (by: Principal, scopes: readonly Scope[], expiresAt?: Date) =>
    world.apiKeys.create(by, { name: 'CI', scopes, ...(expiresAt !== undefined && { expiresAt }) });
  const as = (key: string) => world.auth.authenticate(key, REQUEST);
  const UNAUTHORIZED = { code: 'unauthorized' };

  test('a key speaks as its account, with its scopes only', async () => {
    const { key, apiKey } = await make(admin, ['flows:read', 'flows:execute', 'flows:read']);
    expect(key).toMatch(/^rpk_[0-9A-Z]{26}\.[0-9A-Z]{26}_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/);
    expect(await as(key)).toMatchObject({
      accountId: admin.accountId,
      workspace: admin.workspace,
      role: 'admin',
      scopes: ['flows:read', 'flows:execute'],
      credential: { kind: 'api_key', id: apiKey.id },
    });
    expect(JSON.stringify(await world.stores.apiKeys.get(apiKey.id))).not.toContain(key.split('_').at(-1));
  });

  test('a key is never wider than its creator, today and later', async () => {
    const viewer = await world.add('viewer');
    const me = await world.signIn(viewer.email);
    const tally = createTally('A5 keys wider than their creator');
    for (const scope of SCOPES.filter((one) => !me.scopes.includes(one))) {
      const refusal = await make(me, [scope]).catch((error: unknown) => error);
      tally.count(isRepriseError(refusal) && refusal.code === 'forbidden', () => scope);
    }
    expectGood(tally, 6);
    const second = await world.add('admin');
    const { key } = await make(await world.signIn(second.email), ['accounts:admin', 'flows:read']);
    await world.accounts.update(admin, second.id, { role: 'viewer' });
    expect((await as(key)).scopes).toEqual(['flows:read']);
  });

  test('a key that makes a key lends it scopes and end, and takes it along', async () => {
    const ends = new Date(world.clock.ms + 60_000);
    const parent = await as((await make(admin, ['apikeys:write', 'flows:read'], ends)).key);
    await expect(make(parent, ['flows:write'])).rejects.toMatchObject({ code: 'forbidden' });
    const child = await make(parent, ['apikeys:write', 'flows:read'], new Date(world.clock.ms + 120_000));
    const grandchild = await make(await as(child.key), ['flows:read']);
    expect([child.apiKey.expiresAt, grandchild.apiKey.expiresAt]).toEqual([ends, ends]);
    await world.apiKeys.remove(admin, parent.credential.id);
    for (const { key } of [child, grandchild]) await expect(as(key)).rejects.toMatchObject(UNAUTHORIZED);
  });

  test('revoked is revoked at once; expired from its time on', async () => {
    const ends = new Date(world.clock.ms + 60_000);
    const [revoked, expired] = [await make(admin, ['flows:read']), await make(admin, ['flows:read'], ends)];
    const me = await as(expired.key);
    await world.apiKeys.remove(admin, revoked.apiKey.id);
    await expect(as(revoked.key)).rejects.toMatchObject(UNAUTHORIZED);
    world.clock.ms = ends.getTime();
    await expect(as(expired.key)).rejects.toMatchObject(UNAUTHORIZED);
    await expect(world.auth.recheck(me)).rejects.toMatchObject(UNAUTHORIZED);
    await expect(make(admin, ['flows:read'], ends)).rejects.toMatchObject({ code: 'validation_error' });
  });

  test('every changed character is refused', async () => {
    const { key } = await make(admin, ['flows:read']);
    const tally = createTally('A5 keys with one changed character');
    for (let index = 0; index < key.length; index += 1) {
      const other = key[index] === 'A' ? 'B' : 'A';
      const refusal = await as(key.slice(0, index) + other + key.slice(index + 1)).catch((error: unknown) => error);
      tally.count(isRepriseError(refusal) && refusal.code === 'unauthorized', () => `character ${index}`);
    }
    expectGood(tally, 100);
  });

  test('a right checksum is not enough: the secret counts, and the account that the key names', async () => {
    const [one, other] = [await make(admin, ['flows:read']), await make(admin, ['flows:read'])];
    const user = await world.add('user');
    const stored = await world.stores.apiKeys.get(one.apiKey.id);
    if (stored === undefined) throw new Error('no key');
    await world.stores.apiKeys.insert({ ...stored, hash: other.apiKey.hash });
    await expect(as(one.key)).rejects.toMatchObject(UNAUTHORIZED);
    await world.stores.apiKeys.insert({ ...stored, accountId: user.id });
    await expect(as(one.key)).rejects.toMatchObject(UNAUTHORIZED);
  });

  test('the last use is known to a minute, with one write', async () => {
    let writes = 0;
    const { touch } = world.stores.apiKeys;
    Object.assign(world.stores.apiKeys, { touch: async (id: string, at: Date) => ((writes += 1), touch(id, at)) });
    const { key, apiKey } = await make(admin, ['flows:read']);
    for (let n = 0; n < 50; n += 1) await as(key);
    expect(writes).toBe(1);
    world.clock.ms += 60_000;
    await as(key);
    expect(writes).toBe(2);
    expect((await world.stores.apiKeys.get(apiKey.id))?.lastUsedAt).toEqual(new Date(world.clock.ms));
  });

  test('one lists and revokes own keys, admins all; foreign ones are 404', async () => {
    const user = await world.add('user');
    const me = await world.signIn(user.email);
    const [mine, admins] = [await make(me, ['flows:read']), await make(admin, ['flows:read'])];
    const page = { limit: 10, offset: 0 };
    expect((await world.apiKeys.list(me, {}, page)).items.map(({ id }) => id)).toEqual([mine.apiKey.id]);
    expect((await world.apiKeys.list(admin, { accountId: user.id }, page)).total).toBe(1);
    await expect(world.apiKeys.list(me, { accountId: admin.accountId }, page)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(world.apiKeys.remove(me, admins.apiKey.id)).rejects.toMatchObject({ code: 'forbidden' });
    const foreign = { ...admin, workspace: 'ws_other', accountId: 'acct_other' };
    await expect(world.apiKeys.remove(foreign, mine.apiKey.id)).rejects.toMatchObject({ code: 'not_found' });
    await world.apiKeys.remove(admin, mine.apiKey.id);
    await expect(as(mine.key)).rejects.toMatchObject(UNAUTHORIZED);
    expect(await world.trail()).toContain(`api_key.revoke ${mine.apiKey.id}`);
  });

  test('an account has at most 100', async () => {
    for (let n = 0; n < 100; n += 1) await make(admin, ['flows:read']);
    await expect(make(admin, ['flows:read'])).rejects.toMatchObject({ code: 'conflict' });
  });
});
