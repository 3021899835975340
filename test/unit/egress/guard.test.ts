import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import { createOutbound, type Outbound } from '../../../src/egress';
import { startServer, type TestServer } from './servers';

/** Answers every name with these addresses, one list after the other (rebinding). */
const answering = (...answers: string[][]): LookupFunction => {
  let n = 0;
  return (_host, options, done) => {
    const addresses = answers[Math.min(n, answers.length - 1)] ?? [];
    n += 1;
    const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all === true) done(null, all);
    else done(null, all[0]?.address ?? '', all[0]?.family);
  };
};

const get = (outbound: Outbound, url: string) =>
  outbound.call({
    url: new URL(url),
    method: 'GET',
    headers: {},
    maxRedirects: 5,
    maxBytes: 1_000_000,
    signal: AbortSignal.timeout(3_000),
  });

/** Ways to write an address that is not on the internet. `PORT` is where the canary listens. */
const INWARD = [
  ['dotted loopback', 'http://127.0.0.1:PORT/'],
  ['decimal', 'http://2130706433:PORT/'],
  ['hex', 'http://0x7f000001:PORT/'],
  ['hex per byte', 'http://0x7f.0.0.1:PORT/'],
  ['octal', 'http://0177.0.0.1:PORT/'],
  ['short', 'http://127.1:PORT/'],
  ['another loopback', 'http://127.255.255.254:PORT/'],
  ['IPv6 loopback', 'http://[::1]:PORT/'],
  ['IPv4-mapped IPv6', 'http://[::ffff:127.0.0.1]:PORT/'],
  ['IPv4-mapped IPv6, hex', 'http://[::ffff:7f00:1]:PORT/'],
  ['IPv4-compatible IPv6', 'http://[::127.0.0.1]:PORT/'],
  ['unspecified', 'http://0.0.0.0:PORT/'],
  ['unspecified, short', 'http://0:PORT/'],
  ['unspecified IPv6', 'http://[::]:PORT/'],
  ['link-local metadata', 'http://169.254.169.254:PORT/'],
  ['mapped link-local', 'http://[::ffff:169.254.169.254]:PORT/'],
  ['IPv6 link-local', 'http://[fe80::1]:PORT/'],
  ['private 10', 'http://10.0.0.1:PORT/'],
  ['private 172.16', 'http://172.16.0.1:PORT/'],
  ['private 192.168', 'http://192.168.1.1:PORT/'],
  ['CGNAT', 'http://100.64.0.1:PORT/'],
  ['ULA', 'http://[fd00::1]:PORT/'],
  ['site-local', 'http://[fec0::1]:PORT/'],
  ['NAT64', 'http://[64:ff9b::7f00:1]:PORT/'],
  ['local NAT64', 'http://[64:ff9b:1::7f00:1]:PORT/'],
  ['6to4', 'http://[2002:7f00:1::]:PORT/'],
  ['Teredo', 'http://[2001:0:7f00:1::]:PORT/'],
  ['benchmark', 'http://198.18.0.1:PORT/'],
  ['multicast', 'http://224.0.0.1:PORT/'],
  ['IPv6 multicast', 'http://[ff02::1]:PORT/'],
  ['broadcast', 'http://255.255.255.255:PORT/'],
  ['reserved', 'http://240.0.0.1:PORT/'],
  ['full-width digits', 'http://１２７.０.０.１:PORT/'],
  ['circled digits', 'http://①②⑦.⓪.⓪.①:PORT/'],
  ['percent-encoded', 'http://%31%32%37.0.0.1:PORT/'],
] as const;

describe('the egress guard', () => {
  let canary: TestServer;
  let outbound: Outbound;
  beforeAll(async () => {
    canary = await startServer((_request, response) => void response.end('reached'), '0.0.0.0');
    outbound = createOutbound({ allow: [], lookup: answering(['127.0.0.1']) });
  });
  afterEach(() => expect(canary.connections()).toBe(0));
  afterAll(async () => {
    await outbound.close();
    await canary.close();
  });

  it.each(INWARD)('refuses a literal: %s', async (_name, url) => {
    await expect(get(outbound, url.replace('PORT', String(canary.port)))).rejects.toMatchObject({ code: 'egress_denied' });
  });

  it('refuses names that resolve inward, localhost included', async () => {
    for (const host of ['inward.example', 'localhost', 'LOCALHOST.', 'a.b.localhost'])
      await expect(get(outbound, `http://${host}:${canary.port}/`)).rejects.toMatchObject({
        code: 'egress_denied',
        message: expect.stringContaining('REPRISE_EGRESS_ALLOW'),
      });
  });

  it('refuses localhost as the system resolves it', async () => {
    const real = createOutbound({ allow: [] });
    await expect(get(real, `http://localhost:${canary.port}/`)).rejects.toMatchObject({ code: 'egress_denied' });
    await real.close();
  });

  it('drops the inward addresses of a mixed answer, over all families', async () => {
    const lookup = answering(['127.0.0.1', '::1', '::ffff:127.0.0.1', '0.0.0.0', '64:ff9b::7f00:1']);
    const mixed = createOutbound({ allow: [], lookup });
    await expect(get(mixed, `http://mixed.example:${canary.port}/`)).rejects.toMatchObject({ code: 'egress_denied' });
    await mixed.close();
  });

  it.each([
    ['userinfo', 'http://allowed.example@127.0.0.1:PORT/'],
    ['userinfo with a password', 'http://a:b@allowed.example:PORT/'],
    ['file', 'file:///etc/passwd'],
    ['ftp', 'ftp://allowed.example/'],
    ['data', 'data:text/plain,hello'],
    ['gopher', 'gopher://127.0.0.1:PORT/_x'],
    ['blob', 'blob:http://127.0.0.1:PORT/x'],
    ['mail port', 'http://allowed.example:25/'],
    ['redis port', 'http://allowed.example:6379/'],
  ])('refuses %s', async (_name, url) => {
    await expect(get(outbound, url.replace('PORT', String(canary.port)))).rejects.toMatchObject({ code: 'egress_denied' });
  });
});

describe('a name that means another address a moment later', () => {
  it('is refused by the peer that was reached, before a byte of the request leaves', async () => {
    let requests = 0;
    const canary = await startServer((_request, response) => {
      requests += 1;
      response.end();
    });
    let reads = 0;
    const rebinding: LookupFunction = (_host, _options, done) => {
      const entry = { family: 4, address: '' };
      // Public when the guard looks, loopback when the socket is opened.
      Object.defineProperty(entry, 'address', { get: () => (reads++ === 0 ? '8.8.8.8' : '127.0.0.1') });
      done(null, [entry]);
    };
    const outbound = createOutbound({ allow: [], lookup: rebinding });
    await expect(get(outbound, `http://rebind.example:${canary.port}/`)).rejects.toMatchObject({ code: 'egress_denied' });
    expect({ requests, reads: reads > 1 }).toEqual({ requests: 0, reads: true });
    await outbound.close();
    await canary.close();
  });
});

describe('egress rules', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer((_request, response) => void response.end('reached'));
  });
  afterAll(() => server.close());

  const reaches = async (allow: string[], url: string, lookup?: LookupFunction): Promise<string> => {
    const outbound = createOutbound({ allow, ...(lookup === undefined ? {} : { lookup }) });
    try {
      return (await get(outbound, url)).body.toString();
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      await outbound.close();
    }
  };

  it('a rule host:port allows exactly that', async () => {
    const v4: LookupFunction = (host, options, done) => dns.lookup(host, { ...options, family: 4 }, done);
    expect(await reaches([`localhost:${server.port}`], `http://localhost:${server.port}/`, v4)).toBe('reached');
    expect(await reaches([`localhost:${server.port}`], `http://127.0.0.1:${server.port}/`)).toBe('egress_denied');
    expect(await reaches([`localhost:${server.port + 1}`], `http://localhost:${server.port}/`)).toBe('egress_denied');
    expect(await reaches([`127.0.0.1:${server.port}`], `http://2130706433:${server.port}/`)).toBe('reached');
  });

  it('a rule host allows all its ports', async () => {
    expect(await reaches(['127.0.0.1'], `http://127.0.0.1:${server.port}/`)).toBe('reached');
    expect(await reaches(['intern.example'], `http://INTERN.example.:${server.port}/`, answering(['127.0.0.1']))).toBe('reached');
    expect(await reaches(['intern.example'], `http://other.example:${server.port}/`, answering(['127.0.0.1']))).toBe(
      'egress_denied',
    );
  });

  it('a CIDR allows the address, however it was found', async () => {
    expect(await reaches(['127.0.0.0/8'], `http://127.0.0.1:${server.port}/`)).toBe('reached');
    expect(await reaches(['127.0.0.0/8'], `http://any.example:${server.port}/`, answering(['127.0.0.1']))).toBe('reached');
    expect(await reaches(['10.0.0.0/8'], `http://127.0.0.1:${server.port}/`)).toBe('egress_denied');
  });

  it.each(['10.0.0.0/99', '', 'host:0', 'host:70000', 'a/b'])('refuses the rule %p', (rule) => {
    expect(() => createOutbound({ allow: [rule] })).toThrow(expect.objectContaining({ code: 'invalid_egress_rule' }));
  });
});
