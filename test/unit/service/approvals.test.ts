/** What the inbox refuses before the run is asked, and what it makes of the run's answers. */
import { RepriseError, SCOPES_OF } from '../../../src/flow';
import type { Approval } from '../../../src/service/contract';
import { anAccount, anApproval, aRun, at } from '../../contract/store-factories';
import { aPrincipal, createTestServices } from '../../support/services';

const FORM = { type: 'object', required: ['limit'], properties: { limit: { type: 'number' } }, additionalProperties: false };
const max = aPrincipal({ accountId: 'acct_max', email: 'Max@Example.com', role: 'user', groups: ['a'], scopes: SCOPES_OF.user });

const make = async (members: Partial<Approval> = {}) => {
  const services = createTestServices();
  const run = aRun({ state: 'WAIT' });
  await services.stores.runs.insert(run);
  services.temporal.add(run.id);
  const approval = anApproval({ runId: run.id, id: `${run.id}:ask`, ...members });
  await services.stores.approvals.insert(approval);
  const decide = (answer: Partial<Parameters<typeof services.approvals.decide>[2]> = {}, who = max) =>
    services.approvals.decide(who, approval.id, { decision: 'approved', ...answer });
  return { ...services, run, approval, decide };
};

test('a decision reaches the run with who, as whom, and one id for its repeats', async () => {
  const { decide, temporal, approval } = await make();
  await decide({ note: 'fine' });
  await decide({ note: 'again' });
  await decide({ decision: 'rejected' });
  expect(temporal.updates[0]).toMatchObject({
    name: 'decideApproval',
    runId: approval.runId,
    input: {
      path: 'ask',
      attempt: 1,
      by: 'acct_max',
      as: ['account:max@example.com', 'role:user', 'group:a'],
      decision: 'approved',
      note: 'fine',
    },
  });
  const ids = temporal.updates.map(({ updateId }) => updateId);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('the answer of the run is what the row becomes, at once', async () => {
  const { decide, temporal, approval, approvals, principal } = await make();
  const decisions = [{ decision: 'approved' as const, by: 'acct_max', at: 5 }];
  const change = { id: approval.id, rev: 1, state: 'approved' as const, approvers: ['role:user'], decisions, closedAt: 9 };
  temporal.answerUpdate = () => ({ state: 'RUN', seq: 9, outcome: 'changed', approval: change });
  const answered = await decide();
  expect(answered).toEqual({ ...approval, ...change, closedAt: new Date(9) });
  expect(await approvals.get(principal, approval.id)).toEqual(answered);
});

test('a form is checked before the run is asked: all faults, its size, one that nobody asked for', async () => {
  const { decide, temporal } = await make({ form: FORM });
  await expect(decide()).rejects.toMatchObject({ code: 'validation_error', details: { issues: [{ path: 'form.limit' }] } });
  await expect(decide({ form: { limit: 'x', more: 1 } })).rejects.toMatchObject({
    details: { issues: [{ path: 'form.more' }, { path: 'form.limit' }] },
  });
  await expect(decide({ form: { limit: 'x'.repeat(40_000) } })).rejects.toMatchObject({ code: 'payload_too_large' });
  expect(temporal.updates).toEqual([]);
  await decide({ decision: 'rejected' });
  await decide({ form: { limit: 5 } });
  expect(temporal.updates).toHaveLength(2);
  const bare = await make();
  await expect(bare.decide({ form: {} })).rejects.toMatchObject({
    code: 'validation_error',
    details: { issues: [{ path: 'form' }] },
  });
});

test('whoever started the run decides only when nobody else could, or when the flow lets them', async () => {
  const { decide, stores, approval } = await make({ requestedBy: 'acct_max', approvers: ['group:a'] });
  await stores.accounts.insert(anAccount({ id: 'acct_max', groups: ['a'] }));
  await decide();
  await stores.accounts.insert(anAccount({ groups: ['a'], workspace: 'ws_2' }));
  await decide();
  await stores.accounts.insert(anAccount({ groups: ['a'] }));
  await expect(decide()).rejects.toMatchObject({ code: 'forbidden' });
  await expect(decide({}, { ...max, accountId: 'acct_other' })).resolves.toMatchObject({ id: approval.id });
  const lenient = await make({ requestedBy: 'acct_max', allowSelf: true });
  await lenient.decide();
});

test('closed rows answer for themselves: the same again, 409 with the winner, 410', async () => {
  const decisions = [{ decision: 'approved' as const, by: 'acct_max', at: 0 }];
  const decided = await make({ state: 'approved', decisions });
  expect((await decided.decide()).state).toBe('approved');
  await expect(decided.decide({ decision: 'rejected' })).rejects.toMatchObject({
    code: 'conflict',
    details: { decision: 'approved', decisions: [{ by: 'acct_max', at: '1970-01-01T00:00:00.000Z' }] },
  });
  const withdrawn = await make({ state: 'withdrawn' });
  await expect(withdrawn.decide()).rejects.toMatchObject({ code: 'gone' });
  expect(await withdrawn.approvals.withdraw(withdrawn.principal, withdrawn.approval.id)).toMatchObject({ state: 'withdrawn' });
  expect([...decided.temporal.updates, ...withdrawn.temporal.updates]).toEqual([]);
});

test('a run that has ended without its row: the row is closed, the answer is gone', async () => {
  const { decide, stores, temporal, run, approval } = await make();
  temporal.runs.delete(run.id);
  await expect(decide()).rejects.toMatchObject({ code: 'gone' });
  expect((await stores.approvals.get('ws_1', approval.id))?.state).toBe('open');
  await stores.runs.close(run.id, { state: 'CANCELLED', endedAt: at(5) });
  await expect(decide()).rejects.toMatchObject({ code: 'gone' });
  expect((await stores.approvals.get('ws_1', approval.id))?.state).toBe('cancelled');
});

test('refusals of the run pass as they are, times in their details as everywhere', async () => {
  const { decide, temporal } = await make();
  const winner = { state: 'rejected', decision: 'rejected', decisions: [{ decision: 'rejected', by: 'a', at: 0 }] };
  temporal.answerUpdate = () => {
    throw new RepriseError('conflict', 'decided', { details: winner });
  };
  await expect(decide()).rejects.toMatchObject({
    details: { decision: 'rejected', decisions: [{ at: '1970-01-01T00:00:00.000Z' }] },
  });
  temporal.answerUpdate = () => {
    throw new RepriseError('decision_pending', 'later');
  };
  await expect(decide()).rejects.toMatchObject({ code: 'decision_pending' });
});

test('a hand-over names somebody who is there', async () => {
  const { approvals, temporal, stores, approval } = await make();
  await stores.accounts.insert(anAccount({ id: 'acct_heir', email: 'Heir@example.com' }));
  await stores.accounts.insert(anAccount({ email: 'far@example.com', workspace: 'ws_2' }));
  for (const to of [
    'heir@example.com',
    'account:',
    'account:no@example.com',
    'account:far@example.com',
    'role:boss',
    'group:',
    'team:x',
  ])
    await expect(approvals.delegate(max, approval.id, to)).rejects.toMatchObject({ code: 'validation_error' });
  for (const to of ['account:heir@example.com', 'role:operator', 'group:b']) await approvals.delegate(max, approval.id, to);
  expect(temporal.updates.map(({ input }) => input)).toMatchObject([
    { to: 'account:heir@example.com', toAccount: 'acct_heir' },
    { to: 'role:operator' },
    { to: 'group:b' },
  ]);
});

test('withdrawn by whoever started the run, or an admin; audited like decisions and hand-overs', async () => {
  const { approvals, temporal, approval, stores, decide } = await make({ requestedBy: 'acct_max', allowSelf: true });
  await expect(approvals.withdraw({ ...max, accountId: 'acct_x' }, approval.id)).rejects.toMatchObject({ code: 'forbidden' });
  await approvals.withdraw(max, approval.id, 'no need');
  await approvals.withdraw(aPrincipal(), approval.id);
  expect(temporal.updates.map(({ input }) => input)).toMatchObject([{ by: 'acct_max', note: 'no need' }, { by: 'acct_1' }]);
  await decide();
  await approvals.delegate(max, approval.id, 'group:b');
  const entries = await stores.audit.list('ws_1', { targetId: approval.id }, undefined, 10);
  expect(entries.map(({ action }) => action).toSorted()).toEqual([
    'approval.decide',
    'approval.delegate',
    'approval.withdraw',
    'approval.withdraw',
  ]);
});
