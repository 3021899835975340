import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { createServer, startHttpServer } from '../../../src/api';
import type { AppState } from '../../../src/api/app-context';

const appThat = (answer: () => Promise<string>): Koa<AppState> => {
  const app = new Koa<AppState>();
  app.silent = true;
  app.use(async (ctx) => {
    ctx.body = await answer();
  });
  return app;
};
const quick = appThat(async () => 'ok');

/** Sends bytes and resolves with what came back once the other side closed. */
async function talk(port: number, parts: readonly string[], everyMs: number): Promise<{ text: string; afterMs: number }> {
  const started = Date.now();
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let index = 0;
    const timer = setInterval(() => {
      const part = parts[index] ?? 'x';
      index += 1;
      if (socket.writable) socket.write(part);
    }, everyMs);
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ text, afterMs: Date.now() - started });
    });
  });
}

describe('the HTTP server', () => {
  test('listens, says where, and stops', async () => {
    const http = await startHttpServer(quick, { host: '127.0.0.1', port: 0 });
    expect(http.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(http.url)).text()).toBe('ok');
    await http.close();
    await expect(fetch(http.url)).rejects.toThrow('fetch failed');
  });

  test('shows a wildcard host as one that a browser can open', async () => {
    const http = await startHttpServer(quick, { host: '0.0.0.0', port: 0 });
    expect(http.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await http.close();
  });

  test('a taken port is an error that names it and says what to do', async () => {
    const first = await startHttpServer(quick, { host: '127.0.0.1', port: 0 });
    const port = Number(new URL(first.url).port);
    const second = startHttpServer(quick, { host: '127.0.0.1', port });
    await expect(second).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(`Port ${port} .*PORT`) as string,
    });
    await first.close();
  });

  test('an address that is not of this machine is an error that says so', async () => {
    await expect(startHttpServer(quick, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({ code: 'cannot_listen' });
  });

  test.each([
    ['headers', ['GET / HTTP/1.1\r\n', 'host: x\r\n', 'a: b\r\n']],
    ['body', ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n', '{']],
  ])('slow %s do not hold a connection', async (_name, parts) => {
    const body = new Koa<AppState>();
    body.silent = true;
    body.use(async (ctx) => {
      for await (const _chunk of ctx.req);
      ctx.body = 'read';
    });
    const server = createServer(body, { requestMs: 400, headersMs: 300, checkMs: 100 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { text, afterMs } = await talk((server.address() as AddressInfo).port, parts, 50);
    expect(text).toMatch(/^HTTP\/1\.1 408/);
    expect(afterMs).toBeLessThan(3000);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('close lets a running request end, also on a connection that is kept alive', async () => {
    let finish: () => void = () => undefined;
    const slow = appThat(async () => new Promise((resolve) => (finish = () => resolve('late'))));
    const http = await startHttpServer(slow, { host: '127.0.0.1', port: 0 });
    const reply = fetch(http.url);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = Date.now();
    const closed = http.close(5000);
    setTimeout(() => finish(), 100);
    expect(await (await reply).text()).toBe('late');
    await closed;
    expect(Date.now() - started).toBeLessThan(3000);
  });

  test('close cuts what outlasts the grace', async () => {
    const endless = appThat(async () => new Promise(() => undefined));
    const http = await startHttpServer(endless, { host: '127.0.0.1', port: 0 });
    const reply = fetch(http.url).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await http.close(200);
    expect(await reply).toBe('cut');
  });
});
