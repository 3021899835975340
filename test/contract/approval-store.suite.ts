import type { ApprovalChange } from '../../src/flow';
import type { Approval, ApprovalStore } from '../../src/store/ports';
import { anApproval, at, newId } from './store-factories';

const PAGE = { limit: 10, offset: 0 };

const changeOf = ({ id, approvers }: Approval, rev: number, members: Partial<ApprovalChange> = {}): ApprovalChange => ({
  id,
  rev,
  state: 'open',
  approvers,
  decisions: [],
  ...members,
});

export const approvalStoreSuite = (makeStore: () => Promise<ApprovalStore>): void => {
  describe('ApprovalStore', () => {
    test('a row comes back as it was inserted, once, in its workspace only', async () => {
      const store = await makeStore();
      const row = anApproval({ form: { type: 'object', $x: { 'a.b': 1 } }, message: 'm', dueAt: at(9), requestedBy: 'acct_1' });
      expect(await store.insert(row)).toBe(true);
      expect(await store.insert({ ...row, title: 'other' })).toBe(false);
      expect(await store.get('ws_1', row.id)).toEqual(row);
      expect(await store.get('ws_2', row.id)).toBeUndefined();
      const bare = anApproval();
      await store.insert(bare);
      expect(await store.get('ws_1', bare.id)).toEqual(bare);
    });

    test('the newest change counts, whatever comes last', async () => {
      const store = await makeStore();
      const row = anApproval();
      await store.insert(row);
      const decisions = [{ decision: 'approved' as const, by: 'acct_1', at: 5, note: 'n', form: { a: [1] } }];
      expect(await store.apply(changeOf(row, 2, { decisions, approvers: ['group:b'] }))).toBe(true);
      expect(await store.apply(changeOf(row, 1))).toBe(false);
      expect(await store.apply(changeOf(row, 2))).toBe(false);
      expect(await store.get('ws_1', row.id)).toEqual({ ...row, rev: 2, decisions, approvers: ['group:b'] });
      expect(await store.apply(changeOf(anApproval(), 1))).toBe(false);
    });

    test('a closed row stays as it is', async () => {
      const store = await makeStore();
      const row = anApproval();
      await store.insert(row);
      const end = changeOf(row, 1, { state: 'rejected', decidedBy: 'deadline', closedAt: at(3).getTime() });
      expect(await store.apply(end)).toBe(true);
      expect(await store.apply(changeOf(row, 9, { state: 'approved' }))).toBe(false);
      expect(await store.cancel(row.id, at(4))).toBe(false);
      expect(await store.get('ws_1', row.id)).toEqual({
        ...row,
        rev: 1,
        state: 'rejected',
        decidedBy: 'deadline',
        closedAt: at(3),
      });
    });

    test('of changes that come together the newest stays', async () => {
      const store = await makeStore();
      const row = anApproval();
      await store.insert(row);
      await Promise.all([3, 1, 5, 2, 4].map((rev) => store.apply(changeOf(row, rev))));
      expect((await store.get('ws_1', row.id))?.rev).toBe(5);
    });

    test('lists: newest first, by state, by approver, of the workspace', async () => {
      const store = await makeStore();
      const workspace = newId('ws');
      const rows = [1, 2, 3, 4].map((minute) =>
        anApproval({ workspace, createdAt: at(minute), approvers: minute % 2 === 0 ? ['group:a', 'role:user'] : ['group:a.b'] }),
      );
      for (const row of [...rows, anApproval()]) await store.insert(row);
      const [first, second, third, fourth] = rows.map(({ id }) => id);
      const ids = async (filter: Parameters<ApprovalStore['list']>[1], page = PAGE) => {
        const { items, total } = await store.list(workspace, filter, page);
        return [total, ...items.map(({ id }) => id)];
      };
      expect(await ids({})).toEqual([4, fourth, third, second, first]);
      expect(await ids({}, { limit: 1, offset: 1 })).toEqual([4, third]);
      expect(await ids({ approvers: ['role:user', 'group:x'] })).toEqual([2, fourth, second]);
      await store.cancel(fourth ?? '', at(9));
      expect(await ids({ state: 'open', approvers: ['group:a'] })).toEqual([1, second]);
      expect(await ids({ state: 'cancelled' })).toEqual([1, fourth]);
      expect(await ids({ approvers: [] })).toEqual([0]);
    });

    test('open rows of all workspaces by id, in pages', async () => {
      const store = await makeStore();
      const runId = newId('run');
      const rows = ['a', 'b', 'c'].map((path) => anApproval({ id: `${runId}:${path}`, runId, path }));
      for (const row of rows) await store.insert(row);
      await store.cancel(`${runId}:b`, at(1));
      const open = await store.listOpen(`${runId}:`, 2);
      expect(open).toEqual([
        { id: `${runId}:a`, runId },
        { id: `${runId}:c`, runId },
      ]);
      expect((await store.listOpen(`${runId}:a`, 1))[0]?.id).toBe(`${runId}:c`);
    });
  });
};
