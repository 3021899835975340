import { createApp, startHttpServer } from '../../../src/api';
import { API_CONFIG } from '../../support/api-client';
import { createFakeServices } from '../../support/fake-services';
import { createRecordingLogger } from '../../support/recording-logger';

/** The address that a log-in is counted and audited by. */
async function addressSeen(proxyHops: number, forwardedFor: string): Promise<string | undefined> {
  const { services, signIn, stores } = createFakeServices();
  const { logger } = createRecordingLogger();
  await signIn('admin');
  const app = createApp({ services, logger, config: { ...API_CONFIG, proxyHops } });
  const server = await startHttpServer(app, { host: '127.0.0.1', port: 0 });
  try {
    await fetch(`${server.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': forwardedFor },
      body: JSON.stringify({ username: 'admin@ws_1.example', password: 'your-password' }),
    });
    return (await stores.audit.list('ws_1', {}, undefined, 1))[0]?.request?.address;
  } finally {
    await server.close(0);
  }
}

test.each([
  ['without proxies the peer is the caller, whatever it says', 0, '203.0.113.9', '127.0.0.1'],
  ['one proxy: the last entry', 1, '6.6.6.6, 203.0.113.9', '203.0.113.9'],
  ['two proxies: the last but one', 2, '6.6.6.6, 203.0.113.9, 10.0.0.1', '203.0.113.9'],
  ['an IPv6 caller', 1, '2001:db8::9', '2001:db8::9'],
])('%s', async (_, hops, header, address) => {
  expect(await addressSeen(hops, header)).toBe(address);
});
