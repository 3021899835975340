import { approverNames } from '../../flow';
import type { Account, AccountStore, Approval } from '../../store/ports';

const PAGE = 100;

/**
 * Whether anybody but this account may decide. Whoever started a run decides on it only then when nobody else could, or when the
 * approval says `allowSelf`.
 */
export const othersMayDecide = async (
  accounts: Pick<AccountStore, 'list'>,
  { workspace, approvers }: Pick<Approval, 'workspace' | 'approvers'>,
  accountId: string,
): Promise<boolean> => {
  const isOther = (account: Account): boolean =>
    account.id !== accountId && approverNames(account).some((name) => approvers.includes(name));
  for (let offset = 0; ; offset += PAGE) {
    const { items } = await accounts.list(workspace, {}, { limit: PAGE, offset });
    if (items.some(isOther)) return true;
    if (items.length < PAGE) return false;
  }
};
