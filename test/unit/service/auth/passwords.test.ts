import { createPasswordHasher, createTurnstile } from '../../../../src/service/auth/passwords';

describe('passwords', () => {
  test('the right one verifies, others and no account do not', async () => {
    const hasher = createPasswordHasher();
    const hash = await hasher.hash('pässwörd');
    expect(await hasher.verify(hash, 'pässwörd')).toBe(true);
    expect(await hasher.verify(hash, 'passwort')).toBe(false);
    expect(await hasher.verify(undefined, 'no account has this password')).toBe(false);
  });

  test('the same password hashes differently each time', async () => {
    const hasher = createPasswordHasher();
    expect(await hasher.hash('x')).not.toBe(await hasher.hash('x'));
  });
});

describe('the turnstile', () => {
  test('lets so many run, so many wait, and refuses the rest', async () => {
    const turn = createTurnstile(2, 3);
    let running = 0;
    let most = 0;
    const task = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    };
    const results = await Promise.allSettled(Array.from({ length: 8 }, async () => turn(task)));
    expect(results.map(({ status }) => status)).toEqual([
      ...Array<string>(5).fill('fulfilled'),
      ...Array<string>(3).fill('rejected'),
    ]);
    expect(most).toBe(2);
    await expect(turn(async () => 'again')).resolves.toBe('again');
  });

  test('a task that throws gives its place back', async () => {
    const turn = createTurnstile(1, 1);
    await expect(turn(async () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    await expect(turn(async () => 1)).resolves.toBe(1);
  });
});
