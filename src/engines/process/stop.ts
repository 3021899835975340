import { setTimeout as sleep } from 'node:timers/promises';
import { startTime } from './identity';

/** Ends a process: SIGTERM, then SIGKILL after the grace. Answers once it is gone; a process that is gone is fine. */
export async function stopProcess(pid: number, graceMs: number): Promise<void> {
  const started = await startTime(pid);
  if (started === undefined) return;
  const isGone = async (): Promise<boolean> => (await startTime(pid)) !== started;
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch {
      // It ended by itself in between.
    }
  };
  signal('SIGTERM');
  for (const deadline = Date.now() + graceMs; Date.now() < deadline;) {
    if (await isGone()) return;
    await sleep(50);
  }
  signal('SIGKILL');
  while (!(await isGone())) await sleep(20);
}
