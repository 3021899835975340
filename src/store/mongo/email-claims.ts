import type { Account } from '../ports';
import type { Database } from './database';

/** A claim that its account does not bear was left by a process that died in between; no change takes this long. */
const ORPHAN_MS = 60_000;

/** Who has which e-mail: one document an address, claimed by insert (M2). A claim counts while its account bears the address. */
export const createEmailClaims = (
  { models: { emails }, run, insertOnce }: Database,
  getAccount: (id: string) => Promise<Account | undefined>,
) => {
  const fold = (email: string): string => email.toLowerCase();
  const claimOf = (email: string) => run(() => emails.findOne({ _id: fold(email) }).lean());
  const bears = (account: Account | undefined, email: string): boolean =>
    account !== undefined && fold(account.email) === fold(email);

  return {
    areSame: (one: string, other: string): boolean => fold(one) === fold(other),

    /** True when the e-mail is this account's. */
    async claim(email: string, accountId: string): Promise<boolean> {
      const claim = () => insertOnce(emails, { _id: fold(email), accountId, claimedAt: new Date() });
      if (await claim()) return true;
      const held = await claimOf(email);
      if (held === null) return false;
      if (held.accountId === accountId) return true;
      const isYoung = Date.now() - held.claimedAt.getTime() < ORPHAN_MS;
      if (isYoung || bears(await getAccount(held.accountId), email)) return false;
      await run(() => emails.deleteOne({ _id: fold(email), accountId: held.accountId }));
      return claim();
    },

    async findHolder(email: string): Promise<Account | undefined> {
      const held = await claimOf(email);
      // Also without a claim, so that the time tells nobody which e-mails exist.
      const account = await getAccount(held?.accountId ?? 'acct_none');
      return bears(account, email) ? account : undefined;
    },

    async release(email: string, accountId: string): Promise<void> {
      await run(() => emails.deleteOne({ _id: fold(email), accountId }));
    },
  };
};
