import { startTestApi, type TestApi } from '../../support/api-client';

const PATH = '/api/v1/accounts/acct_ws_1_admin/secrets';
const VALUE = 'a value that is kept';

describe('secrets over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());
  const put = (key: string, body: object) => api.ask('PUT', `${PATH}/${key}`, { body });

  test('a secret is made, replaced, listed and deleted; its value is never answered', async () => {
    const replies = [
      await api.ask('POST', PATH, { body: { key: 'K1', value: VALUE, allowed_hosts: ['api.example.com'] } }),
      await put('K1', { value: `${VALUE} too` }),
      await put('K1', { allowed_hosts: ['*.example.com:8443'] }),
      await api.ask('GET', PATH),
      await api.ask('GET', `${PATH}/K1/usage`),
      await api.ask('DELETE', `${PATH}/K1`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([201, 200, 200, 200, 200, 200]);
    expect(replies[2]?.json).toMatchObject({ key: 'K1', allowed_hosts: ['*.example.com:8443'] });
    expect(replies[4]?.json).toEqual({ flows: [], total: 0, limit: 10, offset: 0 });
    expect(JSON.stringify(replies.map(({ json }) => json))).not.toContain(VALUE);
  });

  test.each([
    ['no key', { value: VALUE }],
    ['a bad key', { key: '1A', value: VALUE }],
    ['a key that is too long', { key: 'A'.repeat(129), value: VALUE }],
    ['a short value', { key: 'A', value: 'abcd' }],
    ['a long value', { key: 'A', value: 'ä'.repeat(32_769) }],
    ['half a character', { key: 'A', value: 'abcdef\ud800' }],
    ['a bad host', { key: 'A', value: VALUE, allowed_hosts: ['https://x.example'] }],
    ['an unknown member', { key: 'A', value: VALUE, owner: 'x' }],
  ])('%s is refused, and not repeated', async (_, body) => {
    const reply = await api.ask('POST', PATH, { body });
    expect(reply.status).toBe(400);
    expect(JSON.stringify(reply.json)).not.toContain(VALUE);
  });

  test('what is taken, missing or empty', async () => {
    await api.ask('POST', PATH, { body: { key: 'TAKEN', value: VALUE } });
    expect((await api.ask('POST', PATH, { body: { key: 'TAKEN', value: VALUE } })).status).toBe(409);
    expect((await put('NONE', { value: VALUE })).status).toBe(404);
    expect((await put('TAKEN', {})).status).toBe(400);
    expect((await api.ask('DELETE', `${PATH}/no-key`)).status).toBe(404);
    expect((await api.ask('GET', '/api/v1/accounts/acct_none/secrets')).status).toBe(404);
  });
});
