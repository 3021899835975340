import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../src/activities/contract';
import { inline, NODE_FAILURE } from '../../../src/flow';
import { measuredActivities } from '../../../src/worker/measured-activities';

const offered = (evaluate: Activities['evaluate']) => {
  let now = 100;
  const activities = { evaluate } as unknown as Activities;
  return measuredActivities(activities, () => (now += 7));
};
const input = {} as Parameters<Activities['evaluate']>[0];

test('a result says how long it took', async () => {
  const { evaluate } = offered(() => Promise.resolve({ ok: true, value: inline(1) }));
  await expect(evaluate(input)).resolves.toEqual({ ok: true, value: inline(1), tookMs: 7 });
});

test('so does a failure, beside what it tells; other errors pass', async () => {
  const failure = ApplicationFailure.create({ type: NODE_FAILURE, message: 'm', nonRetryable: true, details: [{ code: 'c' }] });
  await expect(offered(() => Promise.reject(failure)).evaluate(input)).rejects.toMatchObject({
    type: NODE_FAILURE,
    message: 'm',
    nonRetryable: true,
    details: [{ code: 'c' }, { tookMs: 7 }],
  });
  const other = new Error('cancelled');
  await expect(offered(() => Promise.reject(other)).evaluate(input)).rejects.toBe(other);
});
