/** `reprise dev` as a person lives with it: first start, second start, kill -9, engines that die, Ctrl-C. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { findFreePort } from '../../../src/engines';
import { startReprise, type RepriseProcess } from '../../support/reprise-process';

interface Ran {
  readonly execution_id: string;
  readonly status: string;
  readonly result: unknown;
}

describe('reprise dev', () => {
  let folder: string;
  let port: number;
  let running: RepriseProcess | undefined;
  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'reprise-dev-')), 'data');
    port = await findFreePort();
  });
  afterAll(async () => {
    running?.kill('SIGTERM');
    await running?.ended;
    await rm(join(folder, '..'), { recursive: true });
  });

  const environment = () => ({ PORT: String(port), REPRISE_DATA_DIR: folder, LOG_LEVEL: 'warn' });
  const start = async () => {
    running = startReprise('dev', environment());
    await running.until('Ctrl-C stops everything');
    return running;
  };
  /** Processes of ours that work on the data folder: a word of their command line is below it. */
  const engines = async () => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map(async (pid) => ({ pid: Number(pid), line: await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') })));
    return lines.filter(({ line }) => line.split('\0').some((word) => word.startsWith(`${folder}/`))).map(({ pid }) => pid).sort((a, b) => a - b);
  };
  /** The printed command, pasted into a shell. */
  const runPrinted = async (process: RepriseProcess) => {
    const command = process.output().split('\n').find((line) => line.startsWith('  curl ')) ?? 'false';
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    return JSON.parse(stdout) as Ran;
  };
  const isReady = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      (reply) => reply.ok,
      () => false,
    );
  const untilReady = async () => {
    for (let tries = 0; !(await isReady()); tries += 1) {
      if (tries > 300) throw new Error(`not ready again:\n${running?.output()}`);
      await sleep(100);
    }
  };

  test('the first start says where everything is, and its command runs the example', async () => {
    const first = await start();
    expect(first.output()).toMatch(/API +http:\/\/127.0.0.1:\d+\n +Docs +http.*\/docs\n +Temporal UI +http.*\n +Admin +\S+@\S+, password \S{20}/);
    expect(await runPrinted(first)).toMatchObject({ status: 'completed', result: { greeting: 'Hello, Ada!' } });
    expect(await engines()).toHaveLength(2);
    for (const place of ['', 'secrets']) expect((await stat(join(folder, place))).mode & 0o777).toBe(0o700);
    for (const secret of await readdir(join(folder, 'secrets'))) expect((await stat(join(folder, 'secrets', secret))).mode & 0o777).toBe(0o600);
  });

  test('the Temporal UI is told of the decoder, which answers it and nobody else', async () => {
    const ui = /Temporal UI +(http\S+)/.exec(running?.output() ?? '')?.[1] ?? '';
    const settings = (await (await fetch(`${ui}/api/v1/settings`)).json()) as { Codec: { Endpoint: string } };
    const ask = (origin: string) =>
      fetch(`${settings.Codec.Endpoint}/decode`, { method: 'POST', headers: { origin }, body: '{"payloads":[]}' });
    expect((await ask(ui)).status).toBe(200);
    expect((await ask('http://evil.example')).status).toBe(403);
  });

  test('a second start says that the port is taken, another port that the folder is, and neither harms the first', async () => {
    const before = await engines();
    const second = startReprise('dev', environment());
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(`Port ${port} on 127.0.0.1 is taken`);
    const elsewhere = startReprise('dev', { ...environment(), PORT: String(await findFreePort()) });
    expect(await elsewhere.ended).toBe(1);
    expect(elsewhere.output()).toContain(`Reprise already runs on ${folder} (process ${running?.pid})`);
    expect(await engines()).toEqual(before);
    expect(await isReady()).toBe(true);
  });

  test('an engine that is killed comes back, and runs go on without a restart of ours', async () => {
    for (const pid of await engines()) {
      process.kill(pid, 'SIGKILL');
      await running?.until(/is back/);
      await untilReady();
      expect(await runPrinted(running as RepriseProcess)).toMatchObject({ status: 'completed' });
    }
  }, 120_000);

  test('after kill -9 of ours the next start adopts the engines and has every run', async () => {
    const ran = await runPrinted(running as RepriseProcess);
    const before = await engines();
    running?.kill('SIGKILL');
    await running?.ended;
    expect(await engines()).toEqual(before);
    const next = await start();
    expect(next.output()).toMatch(/adopting process[\s\S]*adopting process/);
    expect(next.output()).toMatch(/password in .*admin-password/);
    expect(await engines()).toEqual(before);
    const token = /Bearer ([\w.-]+)/.exec(next.output())?.[1];
    const reply = await fetch(`http://127.0.0.1:${port}/api/v1/executions/${ran.execution_id}`, { headers: { authorization: `Bearer ${token}` } });
    expect(await reply.json()).toMatchObject({ status: 'completed', result: { greeting: 'Hello, Ada!' } });
  });

  test('Ctrl-C stops everything, also engines that were adopted', async () => {
    running?.kill('SIGINT');
    // npm and the terminal both pass the same Ctrl-C on.
    running?.kill('SIGINT');
    expect(await running?.ended).toBe(0);
    expect(await engines()).toEqual([]);
    expect(await isReady()).toBe(false);
  });

  test('Ctrl-C in the middle of a start leaves nothing behind', async () => {
    running = startReprise('dev', environment());
    while ((await engines()).length === 0) await sleep(20);
    running.kill('SIGINT');
    expect(await running.ended).toBe(0);
    expect(await engines()).toEqual([]);
  });

  test('a start on a folder that was stopped has its runs and flows', async () => {
    const again = await start();
    expect(again.output()).not.toContain('adopting');
    expect(await runPrinted(again)).toMatchObject({ status: 'completed' });
  });
});
