import { createHash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { RepriseError } from '../../flow';
import type { LoginAttemptStore } from '../../store/ports';

interface ThrottleLimit {
  readonly attempts: number;
  readonly windowMs: number;
}
export interface LoginThrottleOptions {
  readonly attempts: LoginAttemptStore;
  /** Epoch ms. */
  readonly now: () => number;
  readonly perAccount?: ThrottleLimit;
  readonly perAddress?: ThrottleLimit;
}
export interface LoginThrottle {
  /**
   * Counts an attempt before its password is looked at, so that parallel guesses cannot slip through.
   * Throws rate_limited with `retryAfterSeconds`; a refused attempt does not count against the account, so a lock ends by itself.
   */
  take(attempt: { readonly username: string; readonly address: string }): Promise<void>;
  /** The password was right: the account's count starts anew. */
  succeeded(username: string): Promise<void>;
}

const PER_ACCOUNT: ThrottleLimit = { attempts: 10, windowMs: 60_000 };
const PER_ADDRESS: ThrottleLimit = { attempts: 60, windowMs: 60_000 };
/** What an IPv6 customer usually holds: counting single addresses would count nothing. */
const IPV6_PREFIX_BYTES = 8;

/**
 * Exact sliding windows over all processes: attempts are numbered, a number is claimed by insert (M2), and number n is given only
 * when attempt n − limit is older than the window.
 */
export function createLoginThrottle({
  attempts: store,
  now,
  perAccount = PER_ACCOUNT,
  perAddress = PER_ADDRESS,
}: LoginThrottleOptions): LoginThrottle {
  const take = async (key: string, { attempts, windowMs }: ThrottleLimit): Promise<void> => {
    for (;;) {
      const number = ((await store.latest(key))?.number ?? 0) + 1;
      const before = number > attempts ? await store.timeOf(key, number - attempts) : undefined;
      const waitMs = before === undefined ? 0 : before.getTime() + windowMs - now();
      if (waitMs > 0) throw tooMany(waitMs);
      if (await store.insert(key, number, new Date(now()))) return;
    }
  };
  return {
    take: async ({ username, address }) => {
      // The address first: one that is refused cannot lock accounts.
      await take(toNetworkKey(address), perAddress);
      await take(toAccountKey(username), perAccount);
    },
    succeeded: (username) => store.clear(toAccountKey(username)),
  };
}

function tooMany(waitMs: number): RepriseError {
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  return new RepriseError('rate_limited', `Too many attempts to log in: try again in ${retryAfterSeconds} s.`, {
    details: { retryAfterSeconds },
  });
}

/** Hashed: people also type passwords into the field of the name. */
const keyOf = (kind: string, text: string): string => `${kind}_${createHash('sha256').update(text).digest('base64url')}`;
const toAccountKey = (username: string): string => keyOf('account', username.trim().toLowerCase());

/** `process` also turns an IPv4-mapped address into the IPv4 one. */
function toNetworkKey(address: string): string {
  if (!ipaddr.isValid(address)) return keyOf('address', address);
  const ip = ipaddr.process(address);
  return keyOf('address', ip.kind() === 'ipv4' ? ip.toString() : ip.toByteArray().slice(0, IPV6_PREFIX_BYTES).join(':'));
}
