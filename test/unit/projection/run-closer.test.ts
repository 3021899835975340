import { createRunCloser } from '../../../src/projection';
import { createMemoryRunStore } from '../../../src/store/memory/memory-run-store';
import { aRun } from '../../contract/store-factories';
import { aResult, createFakeTemporal } from '../../support/fake-temporal';
import { createRecordingLogger } from '../../support/recording-logger';

const make = async () => {
  const engine = createFakeTemporal();
  const runs = createMemoryRunStore();
  const run = aRun({ state: 'RUN' });
  await runs.insert(run);
  engine.add(run.id);
  const closer = createRunCloser({ engine, runs, logger: createRecordingLogger().logger });
  return { engine, runs, run, closer };
};
const completed = { kind: 'completed', at: 9_000, result: aResult() } as const;

test('a waiter gets the close, and the head has it by then', async () => {
  const { engine, runs, run, closer } = await make();
  const waiting = closer.whenClosed(run.id, 5_000);
  engine.end(run.id, completed);
  expect(await waiting).toMatchObject({ state: 'DONE', seq: 4 });
  expect(await runs.getById(run.id)).toMatchObject({ state: 'DONE', endedAt: new Date(9_000) });
});

test('many waiters share one long poll', async () => {
  const { engine, run, closer } = await make();
  const waiting = Promise.all(Array.from({ length: 20 }, () => closer.whenClosed(run.id, 5_000)));
  engine.end(run.id, completed);
  expect((await waiting).map((closure) => closure?.state)).toEqual(Array(20).fill('DONE'));
  expect(engine.calls).toEqual(['awaitClose']);
});

test('at its deadline a waiter gets nothing, and the others wait on', async () => {
  const { engine, runs, run, closer } = await make();
  const patient = closer.whenClosed(run.id, 5_000);
  expect(await closer.whenClosed(run.id, 10)).toBeUndefined();
  engine.end(run.id, completed);
  expect(await patient).toMatchObject({ state: 'DONE' });
  expect((await runs.getById(run.id))?.state).toBe('DONE');
});

test('a run that Temporal does not know is not closed by waiting for it', async () => {
  const { engine, runs, run, closer } = await make();
  engine.runs.delete(run.id);
  expect(await closer.whenClosed(run.id, 5_000)).toBeUndefined();
  expect((await runs.getById(run.id))?.state).toBe('RUN');
});

test('an outage is told to the waiter, and the next one may succeed', async () => {
  const { engine, run, closer } = await make();
  engine.down = 'before';
  await expect(closer.whenClosed(run.id, 5_000)).rejects.toMatchObject({ code: 'unavailable' });
  engine.down = undefined;
  engine.end(run.id, completed);
  expect(await closer.whenClosed(run.id, 5_000)).toMatchObject({ state: 'DONE' });
});
