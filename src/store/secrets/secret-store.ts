import type { Envelope } from '../../crypto/envelope';
import { RepriseError } from '../../flow';
import type { OpenSecret, SecretInfo, SecretStore } from '../ports';
import type { SealedSecret, SecretRows } from './secret-rows';

/** Changes of one secret at the same time that may overtake this one. */
const MOST_TRIES = 20;
const REWRAP_PAGE = 100;

/** The port over an adapter's rows: what goes down is sealed, what comes up is opened. */
export const createSecretStore = (rows: SecretRows, envelope: Envelope): SecretStore => {
  const opened = (row: SealedSecret): OpenSecret => ({
    key: row.key,
    value: envelope.open(row, row.wrapped, row.version, row.sealed),
    allowedHosts: row.allowedHosts,
  });

  const rewrapOne = async (row: SealedSecret): Promise<boolean> => {
    for (let found: SealedSecret | undefined = row; found !== undefined; found = await rows.get(row)) {
      if (found.kek === envelope.current) return false;
      if (await rows.rewrap(found, envelope.rewrap(found, found.wrapped))) return true;
    }
    return false;
  };

  return {
    create(owner, { key, value, allowedHosts }, at) {
      const place = { ...owner, key };
      const { kek, wrapped } = envelope.newKey(place);
      const sealed = envelope.seal(place, wrapped, 1, value);
      return rows.insert({ ...place, kek, wrapped, version: 1, sealed, allowedHosts, createdAt: at, updatedAt: at });
    },
    async replace(owner, key, { value, allowedHosts }, at) {
      const place = { ...owner, key };
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const found = await rows.get(place);
        if (found === undefined) return undefined;
        const version = found.version + 1;
        const change = {
          ...(value === undefined ? {} : { version, sealed: envelope.seal(place, found.wrapped, version, value) }),
          ...(allowedHosts === undefined ? {} : { allowedHosts }),
          updatedAt: at,
        };
        if (await rows.change(found, change)) return infoOf({ ...found, ...change });
      }
      throw new RepriseError('conflict', `The secret ${key} is being changed by many at once; repeat the request`);
    },
    list: async (owner) => (await rows.listOf(owner)).map(infoOf),
    async open(owner, keys) {
      const found = await Promise.all(keys.map((key) => rows.get({ ...owner, key })));
      return found.filter((row) => row !== undefined).map(opened);
    },
    async missing(owner, keys) {
      const found = await Promise.all(keys.map((key) => rows.get({ ...owner, key })));
      return keys.filter((_, index) => found[index] === undefined);
    },
    delete: (owner, key) => rows.delete({ ...owner, key }),
    deleteAllOf: (workspace, account) => rows.deleteAllOf({ workspace, account }),
    async rewrap() {
      let tried = 0;
      let rewrapped = 0;
      let page = await rows.listAll(undefined, REWRAP_PAGE);
      while (page.length > 0) {
        for (const row of page) if (await rewrapOne(row)) rewrapped += 1;
        tried += page.length;
        page = await rows.listAll(page.at(-1), REWRAP_PAGE);
      }
      return { tried, rewrapped };
    },
  };
};

const infoOf = ({ key, allowedHosts, createdAt, updatedAt }: SealedSecret): SecretInfo => ({
  key,
  allowedHosts,
  createdAt,
  updatedAt,
});
