import { createLoginThrottle } from '../../../../src/service/auth/login-throttle';

const limits = { perAccount: { attempts: 10, windowMs: 60_000 }, perAddress: { attempts: 60, windowMs: 60_000 } };
function createWorld() {
  const clock = { ms: 1_000_000 };
  const throttle = createLoginThrottle({ now: () => clock.ms, ...limits });
  const allows = (username: string, address: string): boolean => {
    try {
      throttle.take({ username, address });
      return true;
    } catch {
      return false;
    }
  };
  return { clock, throttle, allows };
}

describe('the log-in throttle', () => {
  test('10,000 guesses from one and from 100 addresses: at most 10 a minute reach an account', () => {
    for (const addresses of [1, 100]) {
      const { clock, allows } = createWorld();
      const passed: number[] = [];
      for (let guess = 0; guess < 10_000; guess += 1) {
        clock.ms += 60;
        if (allows('victim@example.com', `192.0.2.${guess % addresses}`)) passed.push(clock.ms);
      }
      for (const time of passed)
        expect(passed.filter((other) => other > time - 60_000 && other <= time).length).toBeLessThanOrEqual(10);
      expect(passed.length).toBeGreaterThan(90);
    }
  });

  test('one address that tries many accounts is limited too', () => {
    const { allows } = createWorld();
    const passed = Array.from({ length: 200 }, (_, n) => allows(`user${n}@example.com`, '192.0.2.1')).filter(Boolean);
    expect(passed).toHaveLength(60);
    expect(allows('someone@example.com', '192.0.2.2')).toBe(true);
  });

  test('case and blanks do not make another account; an IPv6 network is one address', () => {
    const { allows } = createWorld();
    const names = ['a@x.example', 'A@X.example', ' a@x.example '];
    expect(Array.from({ length: 12 }, (_, n) => allows(names[n % 3] ?? '', '192.0.2.1')).filter(Boolean)).toHaveLength(10);
    expect(Array.from({ length: 100 }, (_, n) => allows(`v6-${n}`, `2001:db8:1:2::${n}`)).filter(Boolean)).toHaveLength(60);
    expect(allows('other', '2001:db8:1:3::1')).toBe(true);
    expect(
      Array.from({ length: 100 }, (_, n) => allows(`mapped-${n}`, n % 2 === 0 ? '::ffff:198.51.100.1' : '198.51.100.1')).filter(
        Boolean,
      ),
    ).toHaveLength(60);
  });

  test('a right password starts the account anew, not the address', () => {
    const { allows, throttle } = createWorld();
    for (let n = 0; n < 9; n += 1) allows('a@x.example', '192.0.2.1');
    throttle.succeeded('A@x.example');
    expect(Array.from({ length: 12 }, () => allows('a@x.example', '192.0.2.1')).filter(Boolean)).toHaveLength(10);
  });
});
