import { createLogger } from '../../src/logger';

describe('the logger', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', write: (line) => void lines.push(line) });
  const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
  beforeEach(() => void lines.splice(0));

  test('writes one JSON line with level, time and fields', () => {
    logger.info('started', { port: 8080 });
    expect(last()).toMatchObject({ level: 'info', msg: 'started', port: 8080, time: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  test('a child adds its fields to every line', () => {
    logger.child({ runId: 'run_1' }).warn('slow');
    expect(last()).toMatchObject({ level: 'warn', runId: 'run_1' });
  });

  test('lines below the level are not written', () => {
    logger.debug('detail');
    expect(lines).toEqual([]);
  });

  test('secret members never reach a line', () => {
    logger.info('login', { password: 'hunter2', account: { passwordHash: 'hunter2', deep: { token: 'hunter2' } } });
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('an error is written with its type, message and stack', () => {
    logger.error('failed', { err: new TypeError('broken'), error: new Error('also') });
    expect(last()).toMatchObject({
      err: { type: 'TypeError', message: 'broken', stack: expect.any(String) },
      error: { message: 'also' },
    });
  });
});
