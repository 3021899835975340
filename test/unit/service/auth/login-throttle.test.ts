import { createLoginThrottle } from '../../../../src/service/auth/login-throttle';
import { createMemoryStores } from '../../../../src/store/memory';
import { createTally, expectGood } from '../../../support/tally';

const limits = { perAccount: { attempts: 10, windowMs: 60_000 }, perAddress: { attempts: 60, windowMs: 60_000 } };
/** `processes` throttles over one store, as that many API processes have. */
function createWorld(processes = 1) {
  const clock = { ms: 1_000_000 };
  const attempts = createMemoryStores().loginAttempts;
  const throttles = Array.from({ length: processes }, () => createLoginThrottle({ attempts, now: () => clock.ms, ...limits }));
  let turn = 0;
  const allows = async (username: string, address: string): Promise<boolean> => {
    turn += 1;
    const throttle = throttles[turn % processes];
    return throttle === undefined ? false : throttle.take({ username, address }).then(...outcome);
  };
  const all = async (tries: number, who: (n: number) => [string, string]) =>
    (await Promise.all(Array.from({ length: tries }, (_, n) => allows(...who(n))))).filter(Boolean).length;
  return { clock, throttle: throttles[0], allows, all };
}
const outcome = [() => true, () => false] as const;

describe('the log-in throttle', () => {
  test.each([
    ['one process', 1],
    ['four processes', 4],
  ])('A7: 10,000 guesses from one and from 100 addresses, %s: at most 10 a minute reach an account', async (_, processes) => {
    const tally = createTally(`A7 guesses at one account (${processes} processes), at most 10 a minute pass`);
    for (const addresses of [1, 100]) {
      const { clock, allows } = createWorld(processes);
      const passed: number[] = [];
      for (let guess = 0; guess < 10_000; guess += 1) {
        clock.ms += 60;
        if (await allows('victim@example.com', `192.0.2.${guess % addresses}`)) passed.push(clock.ms);
        const lately = passed.filter((time) => time > clock.ms - 60_000);
        tally.count(lately.length <= 10, () => `guess ${guess}`);
      }
      expect(passed.length).toBeGreaterThan(90);
    }
    expectGood(tally, 20_000);
  });

  test('guesses in parallel, over processes, are counted one by one', async () => {
    const { all } = createWorld(4);
    expect(await all(50, (n) => ['victim@example.com', `192.0.2.${n}`])).toBe(10);
  });

  test('one address that tries many accounts is limited too, and locks nobody', async () => {
    const { all, allows } = createWorld();
    expect(await all(200, (n) => [`user${n % 100}@example.com`, '192.0.2.1'])).toBe(60);
    expect(await all(20, () => ['victim@example.com', '192.0.2.1'])).toBe(0);
    expect(await allows('victim@example.com', '192.0.2.2')).toBe(true);
  });

  test('case and blanks do not make another account; an IPv6 network is one address', async () => {
    const { all, allows } = createWorld();
    const names = ['a@x.example', 'A@X.example', ' a@x.example '];
    expect(await all(12, (n) => [names[n % 3] ?? '', '192.0.2.1'])).toBe(10);
    expect(await all(100, (n) => [`v6-${n}`, `2001:db8:1:2::${n}`])).toBe(60);
    expect(await allows('other', '2001:db8:1:3::1')).toBe(true);
    expect(await all(100, (n) => [`mapped-${n}`, n % 2 === 0 ? '::ffff:198.51.100.1' : '198.51.100.1'])).toBe(60);
  });

  test('a right password starts the account anew, not the address', async () => {
    const { all, throttle } = createWorld();
    await all(9, () => ['a@x.example', '192.0.2.1']);
    await throttle?.succeeded('A@x.example');
    expect(await all(12, () => ['a@x.example', '192.0.2.1'])).toBe(10);
  });

  test('a refusal says when the next attempt may come, and then it may', async () => {
    const { all, clock, throttle } = createWorld();
    await all(10, () => ['a@x.example', '192.0.2.1']);
    clock.ms += 20_500;
    await expect(throttle?.take({ username: 'a@x.example', address: '192.0.2.1' })).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: 40 },
    });
    clock.ms += 40_000;
    expect(await all(12, () => ['a@x.example', '192.0.2.1'])).toBe(10);
  });
});
