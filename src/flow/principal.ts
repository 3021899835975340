/** Who asks. Every store port takes the workspace from it; no route passes one. */
export interface Principal {
  readonly accountId: string;
  readonly workspace: string;
  readonly role: Role;
}
export const ROLES = ['admin', 'user', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];
