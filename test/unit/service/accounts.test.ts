import { createAccessWorld, PASSWORD } from '../../support/access-world';
import type { AccessWorld } from '../../support/access-world';
import { createTally, expectGood } from '../../support/tally';

const NEW = { name: 'Bob', email: 'bob@example.com', password: PASSWORD, role: 'user' } as const;

describe('accounts', () => {
  let world: AccessWorld;
  beforeEach(async () => {
    world = await createAccessWorld();
  });

  test('are made by admins, in their workspace, with an argon2id hash', async () => {
    const admin = await world.signIn();
    const account = await world.accounts.create(admin, { ...NEW, groups: ['managers'] });
    expect(account).toMatchObject({ workspace: admin.workspace, role: 'user', groups: ['managers'], tokenVersion: 1 });
    expect((await world.signIn(NEW.email)).groups).toEqual(['managers']);
    expect(await world.trail()).toContain(`account.create ${account.id}`);
  });

  test('an e-mail is unique over all workspaces, in any case', async () => {
    const admin = await world.signIn();
    const other = await world.add('user', 'ws_other');
    await expect(world.accounts.create(admin, { ...NEW, email: other.email.toUpperCase() })).rejects.toMatchObject({
      code: 'conflict',
      details: { field: 'email' },
    });
    await expect(world.accounts.update(admin, admin.accountId, { email: other.email })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test.each([
    'short',
    '12345678901',
    'password1234',
    'PassWord2026!',
    '123456789012',
    'aaaaaaaaaaaa',
    'correct horse battery staple',
  ])('the password %s is too weak: 422 with details', async (password) => {
    const admin = await world.signIn();
    await expect(world.accounts.create(admin, { ...NEW, password })).rejects.toMatchObject({
      code: 'validation_error',
      details: { issues: [{ path: 'password', code: 'weak_password' }] },
    });
    expect((await world.accounts.list(admin, {}, { limit: 10, offset: 0 })).total).toBe(1);
  });

  test('one reads and changes itself, but neither role nor groups; others are 403, foreign ones 404', async () => {
    const user = await world.add('user');
    const foreign = await world.add('user', 'ws_other');
    const me = await world.signIn(user.email);
    expect(await world.accounts.get(me, user.id)).toEqual(user);
    expect(await world.accounts.update(me, user.id, { name: 'New', role: 'user', groups: [] })).toMatchObject({ name: 'New' });
    for (const change of [{ role: 'admin' }, { groups: ['managers'] }] as const)
      await expect(world.accounts.update(me, user.id, change)).rejects.toMatchObject({ code: 'forbidden' });
    const asks = (id: string) => [
      world.accounts.get(me, id),
      world.accounts.update(me, id, { name: 'x' }),
      world.accounts.changePassword(me, id, { password: PASSWORD }),
    ];
    for (const ask of asks(world.admin.id)) await expect(ask).rejects.toMatchObject({ code: 'forbidden' });
    for (const ask of [...asks(foreign.id), ...asks('acct_none')]) await expect(ask).rejects.toMatchObject({ code: 'not_found' });
  });

  test("one's own password needs the current one; guesses at it are throttled; an admin sets others'", async () => {
    const user = await world.add('user');
    const me = await world.signIn(user.email);
    const change = (currentPassword?: string) =>
      world.accounts.changePassword(me, me.accountId, {
        password: 'x',
        ...(currentPassword !== undefined && { currentPassword }),
      });
    await expect(change()).rejects.toMatchObject({ code: 'forbidden' });
    for (let n = 0; n < 9; n += 1) await expect(change('guess')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(change(PASSWORD)).rejects.toMatchObject({ code: 'rate_limited' });
    await world.accounts.changePassword(await world.signIn(), user.id, { password: 'set by the admin, 2026' });
    world.clock.ms += 60_000;
    await expect(world.login(user.email, 'set by the admin, 2026')).resolves.toBeDefined();
  });

  test('the last admin is neither demoted nor deleted', async () => {
    const me = await world.signIn();
    await world.add('user');
    await expect(world.accounts.update(me, me.accountId, { role: 'user' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(world.accounts.remove(me, me.accountId)).rejects.toMatchObject({ code: 'conflict' });
    expect(await world.accounts.get(me, me.accountId)).toMatchObject({ role: 'admin' });
    const second = await world.add('admin');
    await world.accounts.update(me, second.id, { role: 'viewer' });
    await expect(world.accounts.update(me, me.accountId, { role: 'user' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a change that is refused changes nothing: the role stays when the e-mail is taken, the name when the role must stay', async () => {
    const me = await world.signIn();
    const second = await world.add('admin');
    const { email } = await world.add('user');
    await expect(world.accounts.update(me, second.id, { role: 'user', email })).rejects.toMatchObject({ code: 'conflict' });
    expect(await world.accounts.get(me, second.id)).toEqual(second);
    await world.accounts.remove(me, second.id);
    await expect(world.accounts.update(me, me.accountId, { role: 'user', name: 'New' })).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await world.accounts.get(me, me.accountId)).toMatchObject({ role: 'admin', name: 'Ada' });
  });

  test('admins who leave at the same time leave one', async () => {
    const tally = createTally('workspaces after three admins left at once');
    for (let round = 0; round < 50; round += 1) {
      const other = await createAccessWorld();
      const admins = [other.admin, await other.add('admin'), await other.add('admin')];
      const me = await other.signIn();
      await Promise.allSettled(
        admins.map(({ id }, n) =>
          (n + round) % 2 === 0 ? other.accounts.remove(me, id) : other.accounts.update(me, id, { role: 'user' }),
        ),
      );
      tally.count((await other.stores.accounts.countAdmins(me.workspace)) > 0, () => `round ${round}`);
    }
    expectGood(tally, 50);
  });

  test('with an account go its sessions, keys and secrets; what stays is another account’s', async () => {
    const user = await world.add('user');
    const me = await world.signIn(user.email);
    const { key } = await world.apiKeys.create(me, { name: 'CI', scopes: ['flows:read'] });
    const owner = { workspace: user.workspace, account: user.id };
    const admins = { workspace: user.workspace, account: world.admin.id };
    for (const one of [owner, admins])
      await world.stores.secrets.create(one, { key: 'API', value: 'x'.repeat(8), allowedHosts: [] }, new Date());
    await world.accounts.remove(await world.signIn(), user.id);
    await expect(world.auth.authenticate(key)).rejects.toMatchObject({ code: 'unauthorized' });
    await expect(world.auth.recheck(me)).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await world.stores.apiKeys.list(user.workspace, user.id, { limit: 10, offset: 0 })).toEqual({ items: [], total: 0 });
    expect(await world.stores.sessions.get(me.credential.id)).toBeUndefined();
    expect(await world.stores.secrets.list(owner)).toEqual([]);
    expect(await world.stores.secrets.list(admins)).toHaveLength(1);
    expect(await world.trail()).toContain(`account.delete ${user.id}`);
  });

  test('a deletion that was interrupted is finished by repeating it', async () => {
    const user = await world.add('user');
    const { deleteAllOf } = world.stores.secrets;
    Object.assign(world.stores.secrets, { deleteAllOf: async () => Promise.reject(new Error('down')) });
    const me = await world.signIn();
    await expect(world.accounts.remove(me, user.id)).rejects.toThrow('down');
    Object.assign(world.stores.secrets, { deleteAllOf });
    await world.accounts.remove(me, user.id);
    await expect(world.accounts.get(me, user.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
