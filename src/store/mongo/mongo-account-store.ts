import type { Account, AccountStore } from '../ports';
import type { Database } from './database';
import type { AccountRow } from './rows';

/** A claim without an account was left by a process that died between the two inserts; none takes this long. */
const ORPHAN_MS = 60_000;

/** The e-mail is claimed first (M2: an insert by `_id`), so that no two accounts ever have the same one. */
export const createMongoAccountStore = ({ models, run, insertOnce }: Database): AccountStore => {
  const { accounts, emails } = models;

  const get = async (id: string): Promise<Account | undefined> => {
    const row = await run(() => accounts.findOne({ _id: id }).lean());
    return row === null ? undefined : toAccount(row);
  };
  const claimOf = (email: string) => run(() => emails.findOne({ _id: email }).lean());

  /** True when the e-mail is this account's. */
  const claim = async (email: string, accountId: string): Promise<boolean> => {
    if (await insertOnce(emails, { _id: email, accountId, claimedAt: new Date() })) return true;
    const held = await claimOf(email);
    if (held === null) return false;
    if (held.accountId === accountId) return true;
    const isYoung = Date.now() - held.claimedAt.getTime() < ORPHAN_MS;
    if (isYoung || (await get(held.accountId)) !== undefined) return false;
    await run(() => emails.deleteOne({ _id: email, accountId: held.accountId }));
    return insertOnce(emails, { _id: email, accountId, claimedAt: new Date() });
  };

  return {
    async insert(account) {
      const email = account.email.toLowerCase();
      if ((await get(account.id)) !== undefined || !(await claim(email, account.id))) return false;
      return insertOnce(accounts, toRow(account));
    },
    get,
    async findByEmail(email) {
      const held = await claimOf(email.toLowerCase());
      return held === null ? undefined : get(held.accountId);
    },
    count: () => run(() => accounts.countDocuments({})),
  };
};

const toRow = ({ id, ...account }: Account): AccountRow => ({ _id: id, ...account });
const toAccount = ({ _id, ...row }: AccountRow): Account => ({ id: _id, ...row });
