import { hash, hashSync, verify } from '@node-rs/argon2';
import { RepriseError } from '../../flow';

/** argon2id; 2 in the library's numbering, whose const enum cannot be imported without a compiler that knows it. */
const ARGON2ID = 2;
const COST = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Each verification takes 19 MiB and a thread of the pool that DNS and files share: a flood of logins queues. */
const AT_ONCE = 2;
const MAX_QUEUED = 64;

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** With `undefined` (no such account) it does the same work and answers false. */
  verify(storedHash: string | undefined, password: string): Promise<boolean>;
}

/** argon2id, m = 19 MiB, t = 2, p = 1. Throws rate_limited when too many wait. */
export function createPasswordHasher(): PasswordHasher {
  const dummy = hashSync('no account has this password', COST);
  const turn = createTurnstile(AT_ONCE, MAX_QUEUED);
  return {
    hash: async (password) => turn(async () => hash(password, COST)),
    verify: async (storedHash, password) =>
      turn(async () => {
        const matches = await verify(storedHash ?? dummy, password);
        return storedHash !== undefined && matches;
      }),
  };
}

/** Lets `atOnce` tasks run and `maxQueued` wait. */
export function createTurnstile(atOnce: number, maxQueued: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0;
  const queue: (() => void)[] = [];
  return async (task) => {
    if (running >= atOnce) {
      if (queue.length >= maxQueued) {
        throw new RepriseError('rate_limited', 'Too many log-ins at the same time: try again in a second.', {
          details: { retryAfterSeconds: 1 },
        });
      }
      await new Promise<void>((resolve) => queue.push(resolve));
    } else running += 1;
    try {
      return await task();
    } finally {
      const next = queue.shift();
      // The place passes on without being free in between, so that nobody overtakes.
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
