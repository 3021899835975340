import type { Principal } from '../../flow';
import type { Account, AccountStore, Approval } from '../../store/ports';

/** The names by which flows may call an account an approver. */
export const approverNames = ({ email, role, groups }: Pick<Principal, 'email' | 'role' | 'groups'>): readonly string[] => [
  `account:${email.toLowerCase()}`,
  `role:${role}`,
  ...groups.map((group) => `group:${group}`),
];

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
