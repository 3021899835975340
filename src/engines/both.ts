import { EngineUnavailable } from './step';

/**
 * Both engines at once. Waits for both even when one fails: what failed is then told together, and nothing goes on behind.
 * @throws EngineUnavailable with the texts of all that failed
 */
export async function bothEngines<A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'fulfilled' && b.status === 'fulfilled') return [a.value, b.value];
  const reasons: unknown[] = [];
  for (const outcome of [a, b]) if (outcome.status === 'rejected') reasons.push(outcome.reason);
  const other = reasons.find((reason) => !(reason instanceof EngineUnavailable));
  if (other !== undefined) throw other as Error;
  throw new EngineUnavailable(reasons.map((reason) => (reason as EngineUnavailable).message).join('\n'));
}
