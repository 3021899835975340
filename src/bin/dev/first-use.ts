/** What a newcomer finds: an account and one example flow that can be run at once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../engines';
import { SCOPES_OF } from '../../flow';
import { createSessions } from '../../service/auth/sessions';
import type { Services } from '../../service/contract';
import type { Logger } from '../../logger';
import type { Stores } from '../../store/ports';
import { makeFirstAdmin } from '../wiring/first-admin';
import type { Secrets } from './secrets';

const EXAMPLE = 'Hello';
/** The printed command must still work after a lunch break. */
const SHOWN_TOKEN_MS = 12 * 3_600_000;

export interface FirstUse {
  /** The account was made by this start. */
  readonly isFirstStart: boolean;
  readonly email: string;
  /** Absent when the account or the example is not there any more. */
  readonly example?: { readonly flowId: string; readonly token: string };
}

export interface FirstUseDeps {
  readonly stores: Pick<Stores, 'workspaces' | 'accounts' | 'sessions' | 'audit' | 'flows'>;
  readonly logger: Logger;
  readonly services: Pick<Services, 'flows'>;
  readonly secrets: Secrets;
  readonly email: string;
}

/** Makes the admin account and, at the first start, saves the example. */
export async function prepareFirstUse({ stores, services, secrets, email, logger }: FirstUseDeps): Promise<FirstUse> {
  const { created, account } = await makeFirstAdmin(stores, logger, { email, password: secrets.adminPassword });
  if (account === undefined) return { isFirstStart: false, email };
  const { id: accountId, workspace, email: own, role } = account;
  if (created) {
    const definition = await readFile(join(packageRoot(), 'examples', 'hello', 'flow.yaml'), 'utf8');
    const credential = { kind: 'session', id: 'first-use' } as const;
    await services.flows.create(
      { accountId, workspace, email: own, role, groups: [], scopes: SCOPES_OF[role], credential },
      { definition },
    );
  }
  const flow = await stores.flows.findByName(workspace, EXAMPLE);
  if (flow === undefined) return { isFirstStart: created, email };
  const { jwtSecret } = secrets;
  const sessions = createSessions({ sessions: stores.sessions, jwtSecret, accessTokenMs: SHOWN_TOKEN_MS, now: Date.now });
  const { token } = await sessions.open(account);
  return { isFirstStart: created, email, example: { flowId: flow.id, token } };
}
