import { RepriseError } from '../../flow';
import type { LiveOptions } from './options';

/** Counts open followers: a few for one run and account, more for an account in all. This process only. */
export const createFollowerPlaces = (options: Pick<LiveOptions, 'followersPerRunAndAccount' | 'followersPerAccount'>) => {
  const taken = new Map<string, number>();
  const count = (key: string): number => taken.get(key) ?? 0;
  const add = (key: string, change: number): void => {
    const after = count(key) + change;
    if (after > 0) taken.set(key, after);
    else taken.delete(key);
  };
  return {
    /** Answers how to give the place back. Throws rate_limited. */
    take(accountId: string, runId: string): () => void {
      const keys = [accountId, `${accountId} ${runId}`] as const;
      if (count(keys[1]) >= options.followersPerRunAndAccount)
        throw tooMany(`${options.followersPerRunAndAccount} followers of this execution`);
      if (count(keys[0]) >= options.followersPerAccount) throw tooMany(`${options.followersPerAccount} followers`);
      for (const key of keys) add(key, 1);
      let held = true;
      return () => {
        if (held) for (const key of keys) add(key, -1);
        held = false;
      };
    },
  };
};

const tooMany = (what: string): RepriseError =>
  new RepriseError('rate_limited', `The account has ${what} already, which is the limit: close one of them first.`, {
    details: { retryAfterSeconds: 5 },
  });
