/** What the figures were measured on. */
import { readFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

const versionOf = (name: string): string =>
  (JSON.parse(readFileSync(join(__dirname, '..', 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;

export interface Machine {
  readonly date: string;
  /** One fact a line. */
  readonly facts: readonly string[];
}

/** @param engines one line each, as found */
export function describeMachine(engines: readonly string[]): Machine {
  const [first] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    facts: [
      `${cpus().length} × ${first?.model ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB, ${platform()} ${release()}`,
      `Node ${process.versions.node}, Temporal SDK ${versionOf('@temporalio/worker')}`,
      ...engines,
    ],
  };
}

/** Others that work on this machine falsify every figure; the report says how busy it was. */
export const loadNow = (): number => loadavg()[0] ?? 0;
