import ipaddr from 'ipaddr.js';
import { RepriseError } from '../../flow';

interface ThrottleLimit {
  readonly attempts: number;
  readonly windowMs: number;
}
export interface LoginThrottleOptions {
  /** Epoch ms. */
  readonly now: () => number;
  readonly perAccount?: ThrottleLimit;
  readonly perAddress?: ThrottleLimit;
}
export interface LoginThrottle {
  /**
   * Counts an attempt before its password is looked at, so that parallel guesses cannot slip through.
   * Throws rate_limited with `retryAfterSeconds`; a refused attempt is not counted, so a lock ends by itself.
   */
  take(attempt: { readonly username: string; readonly address: string }): void;
  /** The password was right: the account's count starts anew. */
  succeeded(username: string): void;
}

const PER_ACCOUNT: ThrottleLimit = { attempts: 10, windowMs: 60_000 };
const PER_ADDRESS: ThrottleLimit = { attempts: 60, windowMs: 60_000 };
const MAX_KEYS = 50_000;
/** What an IPv6 customer usually holds: counting single addresses would count nothing. */
const IPV6_PREFIX_BYTES = 8;

/** In memory and per process: two API processes allow twice as many guesses. Exact sliding windows. */
export function createLoginThrottle({
  now,
  perAccount = PER_ACCOUNT,
  perAddress = PER_ADDRESS,
}: LoginThrottleOptions): LoginThrottle {
  const accounts = createWindow(perAccount);
  const addresses = createWindow(perAddress);
  return {
    take: ({ username, address }) => {
      const at = now();
      const account = toAccountKey(username);
      const network = toNetworkKey(address);
      const waitMs = Math.max(accounts.waitMs(account, at), addresses.waitMs(network, at));
      if (waitMs > 0) {
        const retryAfterSeconds = Math.ceil(waitMs / 1000);
        throw new RepriseError('rate_limited', `Too many attempts to log in: try again in ${retryAfterSeconds} s.`, {
          details: { retryAfterSeconds },
        });
      }
      accounts.count(account, at);
      addresses.count(network, at);
    },
    succeeded: (username) => accounts.forget(toAccountKey(username)),
  };
}

const toAccountKey = (username: string): string => username.trim().toLowerCase();

/** `process` also turns an IPv4-mapped address into the IPv4 one. */
function toNetworkKey(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const ip = ipaddr.process(address);
  return ip.kind() === 'ipv4' ? ip.toString() : ip.toByteArray().slice(0, IPV6_PREFIX_BYTES).join(':');
}

function createWindow({ attempts, windowMs }: ThrottleLimit) {
  const seen = new Map<string, readonly number[]>();
  const recent = (key: string, at: number): readonly number[] => (seen.get(key) ?? []).filter((time) => time > at - windowMs);
  return {
    /** 0 when another attempt is allowed. */
    waitMs: (key: string, at: number): number => {
      const times = recent(key, at);
      const oldest = times[times.length - attempts];
      return oldest === undefined ? 0 : oldest + windowMs - at;
    },
    count: (key: string, at: number): void => {
      const times = [...recent(key, at), at];
      // Re-inserted, so that the map's order is the order of the last attempt and the first key is the stalest.
      seen.delete(key);
      seen.set(key, times);
      const stalest = seen.size > MAX_KEYS ? seen.keys().next().value : undefined;
      if (stalest !== undefined) seen.delete(stalest);
    },
    forget: (key: string): void => void seen.delete(key),
  };
}
