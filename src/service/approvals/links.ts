import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { approverNames, DECISIONS, RepriseError, SCOPES_OF, type Principal, type RequestOrigin } from '../../flow';
import type { Account, Approval, Stores } from '../../store/ports';
import type { AuditTrail } from '../audit/trail';
import { createSignedText } from '../auth/signed-text';
import type { ApprovalLinkService, ApprovalService } from '../contract';
import { invalid } from '../refusals';
import type { FindVersion } from '../runs/plan-cache';
import { whatNext } from './what-next';

const DAY_MS = 24 * 3_600_000;
const LIFE_MS = 7 * DAY_MS;
/** None lives longer: then a revocation may be forgotten. */
const LONGEST_LIFE_MS = 30 * DAY_MS;

const Claims = z.strictObject({
  link: z.string(),
  workspace: z.string(),
  /** Run, path and attempt in one. */
  approval: z.string(),
  account: z.string(),
  decision: z.enum(DECISIONS),
  /** Epoch ms. */
  until: z.number(),
});
type Claims = z.output<typeof Claims>;

export interface LinkDeps {
  readonly stores: Pick<Stores, 'accounts' | 'linkEnds'>;
  readonly approvals: Pick<ApprovalService, 'get' | 'decide'>;
  readonly findVersion: FindVersion;
  /** Signs links, under a name of its own. */
  readonly jwtSecret: string;
  readonly audit: AuditTrail;
  /** Epoch ms. */
  readonly clock: () => number;
}

export const createApprovalLinks = ({
  stores,
  approvals,
  findVersion,
  jwtSecret,
  audit,
  clock,
}: LinkDeps): ApprovalLinkService => {
  const signed = createSignedText(jwtSecret, 'approval link');

  /** Looked up each time: what was taken from the account a moment ago is so now. */
  const open = async (token: string, request: RequestOrigin) => {
    const claims = readClaims(signed.read(token));
    if (claims.until <= clock()) throw gone('has expired');
    const [end, account] = await Promise.all([
      stores.linkEnds.get(claims.workspace, claims.link),
      stores.accounts.get(claims.account),
    ]);
    if (end !== undefined) throw gone(`was ${end} already`);
    if (account?.workspace !== claims.workspace) throw gone('belongs to an account that does not exist any more');
    const principal = principalOf(account, claims, request);
    return { claims, account, principal, approval: await approvals.get(principal, claims.approval) };
  };

  return {
    async make(principal, id, { approver, expiresInMs = LIFE_MS }) {
      const approval = await approvals.get(principal, id);
      if (approval.state !== 'open') throw gone(`cannot be made: the approval is ${approval.state}`);
      const account = await approverFor(stores, principal, approver);
      if (!mayDecide(account, approval))
        throw new RepriseError(
          'forbidden',
          `${account.email} is no approver here: name one with \`approver\` (admins), or delegate`,
        );
      const link = `${account.id}.${randomBytes(16).toString('base64url')}`;
      const until = clock() + Math.min(expiresInMs, LONGEST_LIFE_MS);
      const { workspace } = principal;
      const tokenOf = (decision: Claims['decision']): string =>
        signed.write({ link, workspace, approval: approval.id, account: account.id, decision, until } satisfies Claims);
      await audit.record(
        principal,
        'approval.link',
        { type: 'approval', id },
        { executionId: approval.runId, link, for: account.email },
      );
      return {
        id: link,
        approve: tokenOf('approved'),
        reject: tokenOf('rejected'),
        approver: account.email,
        expiresAt: new Date(until),
      };
    },
    async revoke(principal, id, link) {
      await approvals.get(principal, id);
      if (!link.startsWith(`${principal.accountId}.`) && principal.role !== 'admin')
        throw new RepriseError('forbidden', 'Only whom links are for, or an admin, revokes them');
      const isNew = await stores.linkEnds.claim(principal.workspace, link, 'revoked', new Date(clock() + LONGEST_LIFE_MS));
      if (isNew) await audit.record(principal, 'approval.link_revoke', { type: 'approval', id }, { link });
    },
    async look(token, request) {
      const { claims, account, approval } = await open(token, request);
      const { decision, until } = claims;
      if (approval.state !== 'open') throw gone(`asks nothing any more: the approval is ${approval.state}`);
      if (approval.decisions.some(({ by }) => by === account.id)) throw gone('asks nothing any more: you have decided already');
      const found = await findVersion(approval.workspace, approval.flowId, approval.version);
      const next = found === undefined ? [] : whatNext(found.version.plan, approval.path, decision);
      return { approval, decision, approver: { name: account.name, email: account.email }, next, expiresAt: new Date(until) };
    },
    async use(token, request, answer) {
      const { claims, principal, approval } = await open(token, request);
      const { workspace, link, decision, until } = claims;
      if (!mayDecide(principal, approval) && approval.state === 'open')
        throw new RepriseError('forbidden', 'You are no approver of this any more');
      if (!(await stores.linkEnds.claim(workspace, link, 'used', new Date(until)))) throw gone('was used already');
      try {
        return await approvals.decide(principal, approval.id, { ...answer, decision });
      } catch (error) {
        // Nothing was decided, or nobody knows: a repeat learns it (X10), and may do so with the same link.
        await stores.linkEnds.release(workspace, link);
        throw error;
      }
    },
  };
};

const gone = (why: string): RepriseError =>
  new RepriseError('gone', `This link ${why}; answer in the inbox, or ask for another one`);

const readClaims = (claims: unknown): Claims => {
  if (claims === undefined) throw new RepriseError('not_found', 'This link is not whole; open it as it was sent');
  return Claims.parse(claims);
};

const mayDecide = (account: Pick<Principal, 'email' | 'role' | 'groups'>, { approvers }: Approval): boolean =>
  SCOPES_OF[account.role].includes('approvals:decide') && approverNames(account).some((name) => approvers.includes(name));

/** Whom links are made for. */
const approverFor = async (
  { accounts }: Pick<Stores, 'accounts'>,
  principal: Principal,
  email: string | undefined,
): Promise<Pick<Account, 'id' | 'email' | 'role' | 'groups'>> => {
  const { accountId, role, groups } = principal;
  if (email === undefined || email.toLowerCase() === principal.email.toLowerCase())
    return { id: accountId, email: principal.email, role, groups };
  if (role !== 'admin') throw new RepriseError('forbidden', 'Only an admin makes links for somebody else; leave `approver` out');
  const account = await accounts.findByEmail(email);
  if (account?.workspace === principal.workspace) return account;
  const message = 'There is no such account in the workspace; name an approver by e-mail.';
  throw invalid('The request', [{ code: 'invalid_value', path: 'approver', message }]);
};

/** May decide, and nothing else. */
const principalOf = (account: Account, { link, until }: Claims, request: RequestOrigin): Principal => ({
  accountId: account.id,
  workspace: account.workspace,
  email: account.email,
  role: account.role,
  groups: account.groups,
  scopes: ['approvals:decide'],
  credential: { kind: 'session', id: `link ${link}`, expiresAt: new Date(until) },
  request,
});
