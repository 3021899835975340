import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../../src/activities/contract';
import { inline, NODE_FAILURE } from '../../../src/flow';
import { measuredActivities } from '../../../src/worker/measured-activities';

const offered = (call: Activities['call']) => {
  let now = 100;
  const activities = { call } as unknown as Activities;
  return measuredActivities(activities, () => (now += 7));
};
const input = {} as Parameters<Activities['call']>[0];

test('a result says how long it took', async () => {
  const { call } = offered(() => Promise.resolve({ output: inline(1) }));
  await expect(call(input)).resolves.toEqual({ output: inline(1), tookMs: 7 });
});

test('so does a failure, beside what it tells; other errors pass', async () => {
  const failure = ApplicationFailure.create({ type: NODE_FAILURE, message: 'm', nonRetryable: true, details: [{ code: 'c' }] });
  await expect(offered(() => Promise.reject(failure)).call(input)).rejects.toMatchObject({
    type: NODE_FAILURE,
    message: 'm',
    nonRetryable: true,
    details: [{ code: 'c' }, { tookMs: 7 }],
  });
  const other = new Error('cancelled');
  await expect(offered(() => Promise.reject(other)).call(input)).rejects.toBe(other);
});
