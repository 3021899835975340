import type { Account, Stores, Workspace } from '../store/ports';
import { makeAccount } from './accounts/make-account';
import type { AuditTrail } from './audit/trail';
import type { PasswordHasher } from './auth/passwords';
import { newWorkspaceId } from './ids';

export interface WorkspaceDeps {
  readonly stores: Pick<Stores, 'workspaces' | 'accounts'>;
  readonly passwords: PasswordHasher;
  readonly audit: AuditTrail;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A workspace with its first admin. Throws conflict for a taken e-mail, validation_error for a weak password; nothing is made then. */
export async function makeWorkspace(
  { stores, passwords, audit, now }: WorkspaceDeps,
  input: { readonly name: string; readonly admin: { readonly name: string; readonly email: string; readonly password: string } },
): Promise<{ readonly workspace: Workspace; readonly admin: Account }> {
  const workspace: Workspace = { id: newWorkspaceId(), name: input.name, createdAt: new Date(now()) };
  // The account first: its e-mail is what can be taken.
  const admin = await makeAccount(
    { accounts: stores.accounts, passwords, now },
    { ...input.admin, workspace: workspace.id, role: 'admin' },
  );
  await stores.workspaces.insert(workspace);
  await audit.recordOf(admin, undefined, 'workspace.create', { type: 'workspace', id: workspace.id }, { name: workspace.name });
  return { workspace, admin };
}
