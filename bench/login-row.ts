/** A7: whether the time of a failed log-in tells which e-mails exist. */
import { createAccessServices } from '../src/service/access-services';
import { createAuditTrail } from '../src/service/audit/trail';
import { createPasswordHasher } from '../src/service/auth/passwords';
import { makeWorkspace } from '../src/service/make-workspace';
import { createLogger } from '../src/logger';
import { connectStores } from '../src/store/mongo';
import { TEST_KEYS } from '../test/support/encryption-keys';
import { startTestMongo } from '../test/support/engines';
import { compare, type Comparison } from './measure';

/** Known and unknown may differ by this share of the time. */
export const MOST_DIFFERENT = 0.1;
const PLAN = { rounds: 5, calls: 25, warmUp: 10 };
const SECRET = 'a secret of the benchmark that is long enough to be one';

/** a: the e-mail of an account with a wrong password; b: an e-mail that nobody has. Real hash, real store. */
export async function measureLogin(): Promise<Comparison> {
  const mongo = await startTestMongo();
  const logger = createLogger({ level: 'silent' });
  const stores = await connectStores({ uri: mongo.uri, logger, encryptionKeys: TEST_KEYS });
  try {
    await stores.ensureIndexes();
    const [now, passwords] = [Date.now, createPasswordHasher()];
    const audit = createAuditTrail({ audit: stores.audit, logger, now });
    const admin = { name: 'Ada', email: 'ada@example.com', password: 'a long enough one, of 2026' };
    await makeWorkspace({ stores, passwords, audit, now }, { name: 'Bench', admin });
    // Counts as ever, but nobody is refused.
    const loginAttempts = { ...stores.loginAttempts, timeOf: async () => undefined };
    const parts = { stores: { ...stores, loginAttempts }, jwtSecret: SECRET, passwords, audit, logger, now };
    const { auth } = createAccessServices(parts);
    const request = { id: 'bench', address: '192.0.2.1' };
    const fail = (username: string) => async (): Promise<void> => {
      await auth.login({ username, password: 'a wrong one, of 2026', request }).catch(() => undefined);
    };
    return await compare(fail(admin.email), fail('nobody@example.com'), PLAN);
  } finally {
    await stores.close();
    await mongo.stop();
  }
}
