import type { QueryFilter } from 'mongoose';
import type { Account, AccountChange, AccountStore } from '../ports';
import type { Database } from './database';
import { createEmailClaims } from './email-claims';
import type { AccountRow } from './rows';

/** The e-mail is claimed first (M2: an insert by `_id`), so that no two accounts ever have the same one. */
export const createMongoAccountStore = (database: Database): AccountStore => {
  const { models, run, insertOnce } = database;
  const { accounts } = models;

  const get = async (id: string): Promise<Account | undefined> => {
    const row = await run(() => accounts.findOne({ _id: id }).lean());
    return row === null ? undefined : toAccount(row);
  };
  const find = async (workspace: string, id: string): Promise<Account | undefined> => {
    const account = await get(id);
    return account?.workspace === workspace ? account : undefined;
  };
  const emails = createEmailClaims(database, get);

  const write = async (id: string, change: AccountChange): Promise<Account | undefined> => {
    const { groups, ...members } = change;
    const $set: Partial<AccountRow> = { ...members, ...(groups === undefined ? {} : { groups: [...groups] }) };
    const row = await run(() => accounts.findOneAndUpdate({ _id: id }, { $set }, { returnDocument: 'after' }).lean());
    return row === null ? undefined : toAccount(row);
  };

  return {
    async insert(account) {
      if ((await get(account.id)) !== undefined || !(await emails.claim(account.email, account.id))) return false;
      return insertOnce(accounts, toRow(account));
    },
    get,
    findByEmail: (email) => emails.findHolder(email),
    async list(workspace, { role }, page) {
      const filter: QueryFilter<AccountRow> = { workspace, ...(role === undefined ? {} : { role }) };
      const total = await run(() => accounts.countDocuments(filter));
      const sorted = accounts.find(filter).sort({ createdAt: -1, _id: -1 });
      const rows = await run(() => sorted.skip(page.offset).limit(page.limit).lean());
      return { items: rows.map(toAccount), total };
    },
    async update(workspace, id, change) {
      const account = await find(workspace, id);
      if (account === undefined) return undefined;
      if (change.email === undefined || emails.areSame(change.email, account.email)) return write(id, change);
      if (!(await emails.claim(change.email, id))) return 'email_taken';
      const updated = await write(id, change);
      await emails.release(account.email, id);
      return updated;
    },
    async delete(workspace, id) {
      const account = await find(workspace, id);
      if (account === undefined) return false;
      const { deletedCount } = await run(() => accounts.deleteOne({ _id: id }));
      await emails.release(account.email, id);
      return deletedCount > 0;
    },
    count: () => run(() => accounts.countDocuments({})),
    countAdmins: (workspace) => run(() => accounts.countDocuments({ workspace, role: 'admin' })),
  };
};

const toRow = ({ id, groups, ...account }: Account): AccountRow => ({ _id: id, ...account, groups: [...groups] });
const toAccount = ({ _id, ...row }: AccountRow): Account => ({ id: _id, ...row });
