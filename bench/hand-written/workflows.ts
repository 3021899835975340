/** The peers, written as the samples of the SDK teach it: one activity a step, each awaited. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type * as steps from './activities';

const { get, compute } = proxyActivities<typeof steps>({ startToCloseTimeout: '1 minute' });
const local = proxyLocalActivities<typeof steps>({ startToCloseTimeout: '1 minute' });

export async function empty(): Promise<void> {}

export async function computeInSequence(count: number, steps: number): Promise<number> {
  let value = count;
  for (let step = 0; step < steps; step += 1) value = await compute(count, step);
  return value;
}

export async function getInSequence(url: string, steps: number): Promise<unknown> {
  let answer: unknown;
  for (let step = 0; step < steps; step += 1) answer = await get(url);
  return answer;
}

/** What few write by hand: the same with local activities. */
export async function getInSequenceLocally(url: string, steps: number): Promise<unknown> {
  let answer: unknown;
  for (let step = 0; step < steps; step += 1) answer = await local.get(url);
  return answer;
}

/** The ten steps of the mixed flow. */
export async function mixed(url: string, count: number): Promise<number> {
  await compute(count, 0);
  await get(url);
  await compute(count, 1);
  await compute(count, 2);
  await get(url);
  await compute(count, 3);
  await get(url);
  await compute(count, 4);
  await compute(count, 5);
  return compute(count, 6);
}
