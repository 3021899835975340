import type { Logger } from '../logger';
import type { Stores } from '../store/ports';
import { createAccountService } from './accounts/account-service';
import { createApiKeyService } from './api-keys/api-key-service';
import type { AuditTrail } from './audit/trail';
import { createAuthService } from './auth/auth-service';
import { createLoginThrottle } from './auth/login-throttle';
import { createPasswordHasher } from './auth/passwords';
import type { PasswordHasher } from './auth/passwords';
import { createSessions } from './auth/sessions';
import type { Services } from './contract';

export interface AccessDeps {
  readonly stores: Pick<Stores, 'accounts' | 'sessions' | 'apiKeys' | 'loginAttempts' | 'secrets'>;
  /** At least 32 bytes; signs access and refresh tokens. */
  readonly jwtSecret: string;
  readonly passwords?: PasswordHasher;
  readonly audit: AuditTrail;
  readonly logger: Logger;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Who may come in, and who they are. Throws weak_secret. */
export function createAccessServices(deps: AccessDeps): Pick<Services, 'auth' | 'accounts' | 'apiKeys'> {
  const { stores, jwtSecret, now, passwords = createPasswordHasher() } = deps;
  const throttle = createLoginThrottle({ attempts: stores.loginAttempts, now });
  const sessions = createSessions({ sessions: stores.sessions, jwtSecret, now });
  const parts = { ...deps, passwords, throttle, sessions };
  return {
    auth: createAuthService(parts),
    accounts: createAccountService(parts),
    apiKeys: createApiKeyService(parts),
  };
}
