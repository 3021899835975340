import { approverNames } from '../../flow';
import type { AccountStore } from '../../store/ports';
import { MOST_RECIPIENTS } from '../mail/addresses';

const PAGE = 100;
const MOST_PAGES = 50;

/** The e-mail addresses of those whom names of approvers mean in the workspace; at most 50 of them. */
export const recipientsOf = async (
  accounts: Pick<AccountStore, 'list'>,
  workspace: string,
  approvers: readonly string[],
): Promise<readonly string[]> => {
  const found = new Set<string>();
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items } = await accounts.list(workspace, {}, { limit: PAGE, offset: page * PAGE });
    for (const account of items) if (approverNames(account).some((name) => approvers.includes(name))) found.add(account.email);
    if (items.length < PAGE) break;
  }
  return [...found].slice(0, MOST_RECIPIENTS);
};
