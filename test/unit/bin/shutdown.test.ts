import { createShutdown } from '../../../src/bin/wiring/shutdown';
import { untilAvailable } from '../../../src/bin/wiring/until-available';
import { RepriseError } from '../../../src/flow';
import { createLogger } from '../../../src/logger';

const logger = createLogger({ level: 'silent' });

describe('a shutdown', () => {
  test('closes the newest first, and goes on past a part that fails', async () => {
    const closed: string[] = [];
    const shutdown = createShutdown(logger);
    shutdown.add('stores', () => void closed.push('stores'));
    shutdown.add('worker', () => Promise.reject(new Error('stuck')));
    shutdown.add('http', async () => void closed.push('http'));
    await Promise.all([shutdown.close(), shutdown.close()]);
    expect(closed).toEqual(['http', 'stores']);
  });

  test('closes what a start under way adds after it began', async () => {
    const closed: string[] = [];
    const shutdown = createShutdown(logger);
    shutdown.add('engines', async () => {
      shutdown.add('late', () => void closed.push('late'));
    });
    await shutdown.close();
    shutdown.add('later', () => void closed.push('later'));
    await shutdown.close();
    expect(closed).toEqual(['late', 'later']);
  });
});

describe('waiting for a dependency', () => {
  const away = new RepriseError('unavailable', 'It does not answer.');

  test('goes on until it answers', async () => {
    let tries = 0;
    const attempt = () => ((tries += 1) < 2 ? Promise.reject(away) : Promise.resolve('here'));
    expect(await untilAvailable('It', attempt, { logger, signal: new AbortController().signal })).toBe('here');
  });

  test('ends at once for a fault that waiting does not mend, and when told to stop', async () => {
    const { signal } = new AbortController();
    await expect(untilAvailable('It', () => Promise.reject(new Error('wrong password')), { logger, signal })).rejects.toThrow(
      'wrong password',
    );
    await expect(untilAvailable('It', () => Promise.reject(away), { logger, signal: AbortSignal.timeout(50) })).rejects.toThrow(
      /abort/i,
    );
  });
});
