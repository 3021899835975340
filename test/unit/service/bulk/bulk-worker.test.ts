import { RepriseError } from '../../../../src/flow';
import { createBulkWorker } from '../../../../src/service/bulk/bulk-worker';
import type { RunService } from '../../../../src/service/contract';
import { createMemoryStores } from '../../../../src/store/memory';
import { aRun } from '../../../contract/store-factories';
import { createRecordingLogger } from '../../../support/recording-logger';
import { aPrincipal } from '../../../support/services';

const IDS = Array.from({ length: 60 }, (_, n) => `run_${n}`);

const begin = async (action: 'hold' | 'cancel' = 'hold') => {
  const stores = createMemoryStores();
  const principal = aPrincipal();
  const id = 'bulk_1';
  const { workspace } = principal;
  const running = { handled: 0, failures: [], state: 'running' } as const;
  await stores.bulk.insert({ id, workspace, action, principal, runIds: IDS, ...running, createdAt: new Date(0) });
  const clock = { ms: 1_000_000 };
  const { logger } = createRecordingLogger();
  const worker = (holder: string, act: (runId: string) => Promise<void>) => {
    const run = async (_: unknown, runId: string) => {
      await act(runId);
      return aRun({ id: runId });
    };
    const runs: Pick<RunService, 'hold' | 'release' | 'cancel'> = {
      hold: run,
      release: run,
      cancel: async (_, runId) => act(runId),
    };
    return createBulkWorker({ stores, runs, logger, clock: () => clock.ms, holder });
  };
  return { stores, worker, clock, now: () => stores.bulk.get(workspace, id) };
};

test('every run is asked once; what cannot be done is told with its reason', async () => {
  const { worker, now } = await begin();
  const asked: string[] = [];
  await worker('a', async (runId) => {
    asked.push(runId);
    if (runId === 'run_7') throw new RepriseError('conflict', 'It has ended');
  }).resume();
  expect(asked).toEqual(IDS);
  expect(await now()).toMatchObject({ state: 'done', handled: 60, failures: [{ runId: 'run_7', code: 'conflict' }] });
});

test('what a dead process left another goes on with, when its lease has passed, from the last batch', async () => {
  const { worker, clock, now } = await begin();
  const first: string[] = [];
  await worker('dies', async (runId) => {
    first.push(runId);
    if (runId === 'run_30') throw new RepriseError('unavailable', 'away');
  }).resume();
  expect(await now()).toMatchObject({ state: 'running', handled: 25 });
  const second: string[] = [];
  const heir = worker('heir', async (runId) => void second.push(runId));
  await heir.resume();
  expect(second).toEqual([]);
  clock.ms += 30_000;
  await heir.resume();
  expect(second).toEqual(IDS.slice(25));
  expect(await now()).toMatchObject({ state: 'done', handled: 60, failures: [] });
});

test('a repeated batch finds its own cancellations and calls them done', async () => {
  const { stores, worker, now } = await begin('cancel');
  const { workspace } = aPrincipal();
  for (const id of IDS) await stores.runs.insert(aRun({ id, workspace }));
  await stores.runs.close('run_3', { state: 'CANCELLED', endedAt: new Date(1) });
  await stores.runs.close('run_4', { state: 'DONE', endedAt: new Date(1) });
  await worker('a', async (runId) => {
    if (runId === 'run_3' || runId === 'run_4') throw new RepriseError('conflict', 'It has ended');
  }).resume();
  expect((await now())?.failures.map(({ runId }) => runId)).toEqual(['run_4']);
});
