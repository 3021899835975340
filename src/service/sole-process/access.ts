import type { Account, ApiKey, Session, Stores } from '../../store/ports';
import { createRemembered } from './remembered';

const MOST = 1_000;

type AccessStores = Pick<Stores, 'accounts' | 'sessions' | 'apiKeys'>;

/** Saves the two reads that tell who asks. */
export const createSoleProcessAccess = ({ accounts, sessions, apiKeys }: AccessStores): AccessStores => {
  const knownAccounts = createRemembered<Account>(MOST);
  const knownSessions = createRemembered<Session>(MOST);
  const knownKeys = createRemembered<ApiKey>(MOST);
  return {
    accounts: {
      ...accounts,
      get: (id) => knownAccounts.get(id, () => accounts.get(id)),
      update: (workspace, id, change) => knownAccounts.changing(id, () => accounts.update(workspace, id, change)),
      delete: (workspace, id) => knownAccounts.changing(id, () => accounts.delete(workspace, id)),
    },
    sessions: {
      ...sessions,
      get: (id) => knownSessions.get(id, () => sessions.get(id)),
      delete: (id) => knownSessions.changing(id, () => sessions.delete(id)),
      deleteAllOf: (accountId) => knownSessions.changing(undefined, () => sessions.deleteAllOf(accountId)),
    },
    apiKeys: {
      ...apiKeys,
      get: (id) => knownKeys.get(id, () => apiKeys.get(id)),
      delete: (workspace, id) => knownKeys.changing(id, () => apiKeys.delete(workspace, id)),
      deleteAllOf: (accountId) => knownKeys.changing(undefined, () => apiKeys.deleteAllOf(accountId)),
    },
  };
};
