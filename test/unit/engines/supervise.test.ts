import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findFreePort } from '../../../src/engines/ports';
import { findEngine } from '../../../src/engines/process/find';
import { superviseEngine, type EngineSpec, type RunningEngine } from '../../../src/engines/process/supervise';

/** A small engine: answers its pid over HTTP; told `deaf`, it does not end by SIGTERM. */
const PROGRAM = `
  const [, port, mood] = process.argv.slice(1);
  if (mood === 'deaf') process.on('SIGTERM', () => undefined);
  if (mood === 'broken') { console.error('cannot open the database'); process.exit(3); }
  require('node:http').createServer((_q, r) => r.end(String(process.pid))).listen(Number(port), '127.0.0.1');
`;

describe('supervising an engine', () => {
  let folder: string;
  let port: number;
  let lines: string[];
  const running: RunningEngine[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reprise-engine-'));
    port = await findFreePort();
    lines = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((engine) => engine.stop()));
    expect(await findEngine(process.execPath, folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
  const pidFromHttp = () =>
    fetch(`http://127.0.0.1:${port}`).then(
      async (reply) => Number(await reply.text()),
      () => undefined,
    );
  const spec = (mood = 'well'): EngineSpec => ({
    name: 'Engine',
    command: process.execPath,
    args: ['-e', PROGRAM, folder, String(port), mood],
    marker: folder,
    logFile: join(folder, 'engine.log'),
    isReady: async () => (await pidFromHttp()) !== undefined,
  });
  const start = async (mood?: string, options: { graceMs?: number } = {}) => {
    const engine = await superviseEngine(spec(mood), {
      report: (line) => void lines.push(line),
      readyMs: 10_000,
      backoffMs: 100,
      ...options,
    });
    running.push(engine);
    return engine;
  };
  const until = async (holds: () => Promise<boolean> | boolean) => {
    for (let tries = 0; !(await holds()); tries += 1) {
      if (tries > 200) throw new Error(`never held; lines: ${lines.join(' | ')}`);
      await sleep(50);
    }
  };

  test('one that is killed comes back by itself', async () => {
    const engine = await start();
    const first = engine.pid() ?? 0;
    process.kill(first, 'SIGKILL');
    await until(() => lines.includes('Engine is back'));
    expect(engine.pid()).not.toBe(first);
    expect(await pidFromHttp()).toBe(engine.pid());
    expect(lines[0]).toMatch(/Engine ended; starting it again in 0.1 s/);
  });

  test('one that a killed start left is adopted, and watched like a child', async () => {
    const left = await start();
    const adopted = await start();
    expect(adopted.adopted).toBe(true);
    expect(adopted.pid()).toBe(left.pid());
    expect(lines).toContainEqual(expect.stringMatching(/adopting process/));
    await left.stop();
    await until(async () => (await pidFromHttp()) !== undefined && adopted.pid() !== undefined);
    expect(adopted.pid()).not.toBe(left.pid());
  });

  test('one left with other settings is stopped first', async () => {
    const left = await start();
    const pid = left.pid();
    // Its own supervisor would bring it back: a killed start has none.
    await left.stop();
    const stranger = await start('deaf', { graceMs: 300 });
    const fresh = await start('well', { graceMs: 300 });
    expect(fresh.adopted).toBe(false);
    expect(lines).toContainEqual(expect.stringMatching(/stopping process .* other settings/));
    await stranger.stop();
    expect(pid).toBeDefined();
  });

  test('one that does not end by SIGTERM is killed', async () => {
    const engine = await start('deaf', { graceMs: 300 });
    await engine.stop();
    expect(await pidFromHttp()).toBeUndefined();
  });

  test('a start that fails names the log, which has the cause', async () => {
    await expect(start('broken')).rejects.toThrow(`Engine ended at its start: read ${join(folder, 'engine.log')} for the cause.`);
    expect(await readFile(join(folder, 'engine.log'), 'utf8')).toContain('cannot open the database');
  });

  test('a program that is not there fails at once', async () => {
    await expect(superviseEngine({ ...spec(), command: '/no/such/engine' }, { report: () => undefined })).rejects.toThrow(
      /ended at its start/,
    );
  });
});
