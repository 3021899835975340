import { createServer } from 'node:net';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, isPortFree, keepPorts, PORT_NAMES, replacePorts } from '../../../src/engines/ports';

describe('ports', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reprise-ports-'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const file = () => join(folder, 'data', 'ports.json');

  test('are chosen once and kept', async () => {
    const ports = await keepPorts(file());
    expect(new Set(Object.values(ports)).size).toBe(PORT_NAMES.length);
    expect(await keepPorts(file())).toEqual(ports);
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  test('a new name gets one beside the kept ones; junk is passed over', async () => {
    const { mongo, ...others } = await keepPorts(file());
    await writeFile(file(), JSON.stringify({ ...others, junk: 1, temporalUi: 'x' }));
    const again = await keepPorts(file());
    expect(again).toMatchObject({ temporal: others.temporal });
    expect(mongo).toEqual(expect.any(Number));
    await writeFile(file(), 'no json');
    expect(Object.keys(await keepPorts(file())).sort()).toEqual([...PORT_NAMES].sort());
  });

  test('are replaced one by one when a stranger has them', async () => {
    const ports = await keepPorts(file());
    const changed = await replacePorts(file(), ports, ['mongo']);
    expect({ ...changed, mongo: ports.mongo }).toEqual(ports);
    expect(changed.mongo).not.toBe(ports.mongo);
    expect(await keepPorts(file())).toEqual(changed);
  });

  test('a port that somebody listens on is not free', async () => {
    const port = await findFreePort();
    const server = createServer();
    await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
    expect(await isPortFree(port)).toBe(false);
    await new Promise((done) => server.close(done));
    expect(await isPortFree(port)).toBe(true);
  });
});
