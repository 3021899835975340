import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { LIMITS, RepriseError, type Principal, type RequestOrigin } from '../../flow';
import type { LeaseStore } from '../../store/ports';
import { createSignedText } from '../auth/signed-text';
import type { AuthService } from '../contract';
import { newOperationId } from '../ids';

const Claims = z.strictObject({
  id: z.string(),
  run: z.string(),
  /** Epoch ms. */
  until: z.number(),
  account: z.string(),
  workspace: z.string(),
  kind: z.enum(['session', 'api_key']),
  credential: z.string(),
  credentialUntil: z.number().optional(),
});

export interface TicketDeps {
  /** Signs tickets, under a name of its own. */
  readonly jwtSecret: string;
  readonly leases: LeaseStore;
  readonly auth: Pick<AuthService, 'recheck'>;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * For those who cannot send a header: a ticket admits its account to one run, once, within half a minute. It says which
 * credential asked for it and lives no longer than that. Redeeming claims its id by an insert (M2).
 */
export const createTickets = ({ jwtSecret, leases, auth, now }: TicketDeps) => {
  const signed = createSignedText(jwtSecret, 'ticket');
  const read = (ticket: string): z.output<typeof Claims> => {
    const claims = signed.read(ticket);
    if (claims === undefined) throw refusal();
    return Claims.parse(claims);
  };

  return {
    issue({ accountId, workspace, credential }: Principal, runId: string): { readonly ticket: string; readonly expiresAt: Date } {
      const { kind, id, expiresAt } = credential;
      const until = now() + LIMITS.ticketMs;
      const claims: z.input<typeof Claims> = {
        id: randomBytes(16).toString('base64url'),
        run: runId,
        until,
        account: accountId,
        workspace,
        kind,
        credential: id,
        ...(expiresAt !== undefined && { credentialUntil: expiresAt.getTime() }),
      };
      return { ticket: signed.write(claims), expiresAt: new Date(until) };
    },
    /** Throws unauthorized, for every reason with the same text. */
    async redeem(ticket: string, runId: string, request: RequestOrigin): Promise<Principal> {
      const { id, run, until, account, workspace, kind, credential, credentialUntil } = read(ticket);
      if (run !== runId || until <= now()) throw refusal();
      const isFirst = await leases.acquire(`ticket/${id}`, 0, newOperationId());
      if (!isFirst) throw refusal();
      const expiresAt = credentialUntil === undefined ? {} : { expiresAt: new Date(credentialUntil) };
      return auth.recheck({
        accountId: account,
        workspace,
        credential: { kind, id: credential, ...expiresAt },
        request,
        // What it may do is looked up anew.
        email: '',
        role: 'viewer',
        groups: [],
        scopes: [],
      });
    },
  };
};

const refusal = (): RepriseError =>
  new RepriseError('unauthorized', 'The ticket is not valid, was used, or has expired: ask for another one.');
