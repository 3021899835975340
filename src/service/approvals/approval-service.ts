import { checkInput } from '../../language';
import {
  approverNames,
  isRepriseError,
  LIMITS,
  RepriseError,
  ROLES,
  sha256Hex,
  type Decision,
  type Issue,
  type Json,
  type Principal,
} from '../../flow';
import type { Approval, Stores } from '../../store/ports';
import { UPDATES, type DecideInput, type DelegateInput, type WithdrawInput } from '../../workflows/contract';
import type { ApprovalService } from '../contract';
import { newOperationId } from '../ids';
import { invalid } from '../refusals';
import type { TemporalPort } from '../temporal-port';
import { approvalNotFound, closedRefusal, ofRun } from './refusals';
import { othersMayDecide } from './who-may';

export interface ApprovalServiceDeps {
  readonly stores: Pick<Stores, 'approvals' | 'accounts' | 'runs'>;
  readonly temporal: Pick<TemporalPort, 'update'>;
  /** Epoch ms. */
  readonly clock: () => number;
}

/** The row says what is asked; the run alone says what counts (X10). */
export const createApprovalService = ({ stores, temporal, clock }: ApprovalServiceDeps): ApprovalService => {
  const find = async (principal: Principal, id: string): Promise<Approval> => {
    const approval = await stores.approvals.get(principal.workspace, id);
    if (approval === undefined) throw approvalNotFound(id);
    return approval;
  };

  /** Nothing waits any more: the row is told by what it says now, or by its run, which has ended without it. */
  const afterTheEnd = async (principal: Principal, { id, runId }: Approval): Promise<Approval> => {
    const now = await find(principal, id);
    if (now.state !== 'open') return now;
    const run = await stores.runs.get(principal.workspace, runId);
    if (run === undefined || run.endedAt !== undefined) await stores.approvals.cancel(id, new Date(clock()));
    throw new RepriseError('gone', `The run of approval ${id} does not wait for it any more`);
  };

  const send = async (
    principal: Principal,
    approval: Approval,
    name: string,
    input: DecideInput | DelegateInput | WithdrawInput,
    updateId: string,
    isRepeat: (closed: Approval) => boolean,
  ): Promise<Approval> => {
    const judge = (closed: Approval): Approval => {
      if (isRepeat(closed)) return closed;
      throw closedRefusal(closed);
    };
    if (approval.state !== 'open') return judge(approval);
    try {
      const answer = await temporal.update(approval.runId, name, input, updateId);
      if (answer === undefined) return judge(await afterTheEnd(principal, approval));
      if (answer.approval === undefined) return await find(principal, approval.id);
      // The run does it too; so whoever has the answer reads what it says.
      await stores.approvals.apply(answer.approval).catch(() => undefined);
      const { closedAt, ...change } = answer.approval;
      return { ...approval, ...change, ...(closedAt === undefined ? {} : { closedAt: new Date(closedAt) }) };
    } catch (error) {
      if (isRepriseError(error) && error.code === 'not_found') return judge(await afterTheEnd(principal, approval));
      throw ofRun(error);
    }
  };

  const actor = ({ accountId }: Principal, { path, attempt }: Approval) => ({ path, attempt, by: accountId });

  return {
    list: (principal, { mine = false, state = 'open' }, page) =>
      stores.approvals.list(principal.workspace, { state, ...(mine ? { approvers: approverNames(principal) } : {}) }, page),
    get: find,
    async decide(principal, id, { decision, form, note }) {
      const approval = await find(principal, id);
      await refuseSelf(stores, approval, principal);
      if (approval.state === 'open') checkForm(approval, decision, form);
      const input: DecideInput = {
        ...actor(principal, approval),
        as: approverNames(principal),
        decision,
        ...(note === undefined ? {} : { note }),
        ...(form === undefined ? {} : { form }),
      };
      // X10: a repeat joins the first one and learns its outcome.
      const updateId = `decide_${sha256Hex(JSON.stringify([id, principal.accountId, decision])).slice(0, 40)}`;
      return send(principal, approval, UPDATES.decide, input, updateId, ({ decisions }) =>
        decisions.some((each) => each.by === principal.accountId && each.decision === decision),
      );
    },
    async delegate(principal, id, to) {
      const approval = await find(principal, id);
      await refuseSelf(stores, approval, principal);
      const heir = await findHeir(stores, principal, to);
      const input: DelegateInput = { ...actor(principal, approval), as: approverNames(principal), ...heir };
      return send(principal, approval, UPDATES.delegate, input, newOperationId(), () => false);
    },
    async withdraw(principal, id, note) {
      const approval = await find(principal, id);
      if (approval.requestedBy !== principal.accountId && principal.role !== 'admin')
        throw new RepriseError('forbidden', 'Only the account that started the run, or an admin, may withdraw an approval');
      const input: WithdrawInput = { ...actor(principal, approval), ...(note === undefined ? {} : { note }) };
      return send(principal, approval, UPDATES.withdraw, input, newOperationId(), ({ state }) => state === 'withdrawn');
    },
  };
};

const refuseSelf = async (
  { accounts }: Pick<Stores, 'accounts'>,
  approval: Approval,
  { accountId }: Principal,
): Promise<void> => {
  if (approval.allowSelf || approval.requestedBy !== accountId) return;
  if (await othersMayDecide(accounts, approval, accountId))
    throw new RepriseError('forbidden', 'Whoever started the run may not decide on it; another approver must');
};

/** An approval must fill the form in; a rejection may leave it away. */
const checkForm = ({ form: schema }: Approval, decision: Decision, form: Json | undefined): void => {
  if (form !== undefined && Buffer.byteLength(JSON.stringify(form)) > LIMITS.approvalFormBytes)
    throw new RepriseError('payload_too_large', `The form of a decision may have ${LIMITS.approvalFormBytes} bytes; send less`);
  if (schema === undefined && form !== undefined) {
    const message = 'Nothing is asked for here; leave `form` out.';
    throw invalid('The form', [issueAt('form', 'unknown_field', message)]);
  }
  if (schema === undefined || (form === undefined && decision === 'rejected')) return;
  const issues = checkInput(schema, form ?? {}, 'form');
  if (issues.length > 0) throw invalid('The form', issues);
};

/** Who is to decide instead: an account that exists, a role that is one, or any group. */
const findHeir = async (
  { accounts }: Pick<Stores, 'accounts'>,
  { workspace }: Principal,
  to: string,
): Promise<Pick<DelegateInput, 'to' | 'toAccount'>> => {
  const colon = to.indexOf(':');
  const kind = to.slice(0, colon);
  const name = to.slice(colon + 1).trim();
  if (kind === 'group' && name !== '') return { to };
  if (kind === 'role' && (ROLES as readonly string[]).includes(name)) return { to };
  const account = kind === 'account' && name !== '' ? await accounts.findByEmail(name) : undefined;
  if (account?.workspace === workspace) return { to: `account:${account.email.toLowerCase()}`, toAccount: account.id };
  const message = 'Name an account of the workspace by account:<email>, or role:<role> or group:<name>.';
  throw invalid('The request', [issueAt('to', 'invalid_value', message)]);
};

const issueAt = (path: string, code: string, message: string): Issue => ({ code, path, message });
