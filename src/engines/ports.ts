/** Loopback ports: free ones are found once and kept, so that addresses survive a restart. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { randomInt } from 'node:crypto';

export const LOOPBACK = '127.0.0.1';
/** Below the range from which outgoing connections get theirs (32768 up on Linux): a kept port stays ours. */
const RANGE = { from: 20_000, to: 32_000 };

/** Whether nothing listens there now. */
export function isPortFree(port: number, host: string = LOOPBACK): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once('error', () => settle(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => settle(true)));
  });
}

/** A port that is free now and not in `taken`. */
export async function findFreePort(taken: ReadonlySet<number> = new Set()): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const port = randomInt(RANGE.from, RANGE.to);
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new Error(`No free port between ${RANGE.from} and ${RANGE.to} on ${LOOPBACK}: stop something that listens there.`);
}

export const PORT_NAMES = ['temporal', 'temporalUi', 'temporalHttp', 'temporalMetrics', 'uiDecoder', 'mongo', 'exampleReceiver'] as const;
export type PortName = (typeof PORT_NAMES)[number];
export type Ports = Readonly<Record<PortName, number>>;

function parseKept(text: string): Partial<Record<PortName, number>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    const entries = Object.entries(value).filter(
      (entry): entry is [PortName, number] => PORT_NAMES.some((name) => name === entry[0]) && Number.isInteger(entry[1]),
    );
    return Object.fromEntries(entries);
  } catch {
    return {};
  }
}

/** The kept ports, completed by free ones where a name is new. */
export async function keepPorts(file: string): Promise<Ports> {
  const kept = parseKept(await readFile(file, 'utf8').catch(() => ''));
  const taken = new Set(Object.values(kept));
  const complete: Record<string, number> = { ...kept };
  for (const name of PORT_NAMES) {
    if (complete[name] !== undefined) continue;
    const port = await findFreePort(taken);
    complete[name] = port;
    taken.add(port);
  }
  await savePorts(file, complete as Record<PortName, number>);
  return complete as Record<PortName, number>;
}

/** Replaces ports whose engine cannot get them, because a stranger listens there. */
export async function replacePorts(file: string, ports: Ports, names: readonly PortName[]): Promise<Ports> {
  const changed: Record<PortName, number> = { ...ports };
  for (const name of names) changed[name] = await findFreePort(new Set(Object.values(changed)));
  await savePorts(file, changed);
  return changed;
}

async function savePorts(file: string, ports: Ports): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.new`, `${JSON.stringify(ports, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
