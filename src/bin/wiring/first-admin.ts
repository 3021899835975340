import { ConfigError } from '../../config';
import { isRepriseError, type Issue } from '../../flow';
import type { Logger } from '../../logger';
import { bootstrapAdmin } from '../../service/bootstrap-admin';
import type { Stores } from '../../store/ports';
import { toWorkspaceDeps } from './workspace-deps';

/** Makes the first admin of an empty store. Throws ConfigError that names the variable when the password is weak. */
export async function makeFirstAdmin(
  stores: Pick<Stores, 'workspaces' | 'accounts' | 'audit'>,
  logger: Logger,
  admin: { readonly email: string; readonly password: string },
): ReturnType<typeof bootstrapAdmin> {
  try {
    return await bootstrapAdmin(toWorkspaceDeps(stores, logger), admin);
  } catch (error) {
    if (!isRepriseError(error) || error.code !== 'validation_error') throw error;
    const [issue] = (error.details?.['issues'] ?? []) as readonly Issue[];
    throw new ConfigError([`REPRISE_ADMIN_PASSWORD ${issue?.message ?? 'is weak'}.`]);
  }
}
