import { RepriseError } from '../../flow';
import type { SecretInfo, Stores } from '../../store/ports';
import { createOwnerRule } from '../accounts/owner-rule';
import type { AuditTrail } from '../audit/trail';
import type { SecretService } from '../contract';
import { secretRef } from './needed-secrets';

const MOST_SECRETS = 500;

export interface SecretServiceDeps {
  readonly stores: Pick<Stores, 'accounts' | 'flows' | 'secrets'>;
  readonly audit: AuditTrail;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Secrets of accounts (contract: SecretService). No answer and no audit entry has a value. */
export const createSecretService = ({ stores, audit, now }: SecretServiceDeps): SecretService => {
  const { flows, secrets } = stores;
  const assertOwner = createOwnerRule(stores.accounts);

  return {
    async list(principal, accountId) {
      const account = await assertOwner(principal, accountId);
      return secrets.list({ workspace: account.workspace, account: account.id });
    },
    async create(principal, accountId, { key, value, allowedHosts = [] }) {
      const { workspace, id } = await assertOwner(principal, accountId);
      const owner = { workspace, account: id };
      if ((await secrets.list(owner)).length >= MOST_SECRETS)
        throw new RepriseError('conflict', `The account has ${MOST_SECRETS} secrets: delete one first.`);
      const at = new Date(now());
      if (!(await secrets.create(owner, { key, value, allowedHosts }, at)))
        throw new RepriseError('conflict', `The account has a secret ${key} already: replace it with PUT.`);
      await audit.record(
        principal,
        'secret.create',
        { type: 'secret', id: secretRef(id, key) },
        { allowedHosts: [...allowedHosts] },
      );
      return { key, allowedHosts, createdAt: at, updatedAt: at };
    },
    async replace(principal, accountId, key, change) {
      const { workspace, id } = await assertOwner(principal, accountId);
      const replaced = await secrets.replace({ workspace, account: id }, key, change, new Date(now()));
      if (replaced === undefined) throw secretNotFound(key);
      const members = Object.keys(change).toSorted();
      await audit.record(principal, 'secret.replace', { type: 'secret', id: secretRef(id, key) }, { members });
      return replaced;
    },
    async remove(principal, accountId, key) {
      const { workspace, id } = await assertOwner(principal, accountId);
      if (!(await secrets.delete({ workspace, account: id }, key))) throw secretNotFound(key);
      await audit.record(principal, 'secret.delete', { type: 'secret', id: secretRef(id, key) });
    },
    async usage(principal, accountId, key, page) {
      const { workspace, id } = await assertOwner(principal, accountId);
      const known: readonly SecretInfo[] = await secrets.list({ workspace, account: id });
      const found = await flows.list(workspace, { secretRef: secretRef(id, key) }, page);
      if (found.total === 0 && !known.some((secret) => secret.key === key)) throw secretNotFound(key);
      return found;
    },
  };
};

const secretNotFound = (key: string): RepriseError =>
  new RepriseError('not_found', `There is no secret ${key}; list the secrets of the account to see their keys`);
