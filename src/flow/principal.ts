export const ROLES = ['admin', 'user', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** What a route may ask for; an API key is given some of them. */
export const SCOPES = [
  'flows:read',
  'flows:write',
  'flows:execute',
  'approvals:decide',
  'secrets:write',
  'accounts:admin',
  'apikeys:write',
  'kv:read',
  'kv:write',
] as const;
export type Scope = (typeof SCOPES)[number];

/** The one table of roles: a user authors and runs, an operator moves runs and decides, a viewer looks. */
export const SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> = {
  admin: SCOPES,
  user: [
    'flows:read',
    'flows:write',
    'flows:execute',
    'approvals:decide',
    'secrets:write',
    'apikeys:write',
    'kv:read',
    'kv:write',
  ],
  operator: ['flows:read', 'flows:execute', 'approvals:decide', 'apikeys:write', 'kv:read'],
  viewer: ['flows:read', 'apikeys:write', 'kv:read'],
};

/** What proved who asks: a log-in session, or an API key. `expiresAt`: from then on it proves nothing. */
export interface Credential {
  readonly kind: 'session' | 'api_key';
  /** `sess_…` or `key_…`. */
  readonly id: string;
  readonly expiresAt?: Date;
}

/** Who asks. Every store port takes the workspace from it; no route passes one. */
export interface Principal {
  readonly accountId: string;
  readonly workspace: string;
  readonly email: string;
  readonly role: Role;
  /** Free names that approvers are found by (`group:<name>`). */
  readonly groups: readonly string[];
  /** Effective: those of the role, with an API key only those that it was given too. */
  readonly scopes: readonly Scope[];
  readonly credential: Credential;
  /** The request that it came with, for the audit trail; absent for what a command does. */
  readonly request?: RequestOrigin;
}

/** The names by which flows may call an account an approver. */
export const approverNames = ({ email, role, groups }: Pick<Principal, 'email' | 'role' | 'groups'>): readonly string[] => [
  `account:${email.toLowerCase()}`,
  `role:${role}`,
  ...groups.map((group) => `group:${group}`),
];

export interface RequestOrigin {
  readonly id: string;
  /** Network address of the peer. */
  readonly address: string;
}
