import { compileDefinition } from '../../../src/language';

/** The definition of the FlowRunner document, with the indentation that it lost (two spaces a level). */
const SEED = `metadata:
  name: "My Flow"
  description: "A simple flow"
  version: "1.0.0"

nodes:
  start:
    type: "http.request"
    params:
      url: "https://api.example.com/data"
      method: "GET"
    next:
      default: "end"

  end:
    type: "webhook"
    params:
      url: "https://webhook.example.com/callback"
      method: "POST"
`;

test("FlowRunner's documented definition compiles to the plan it describes", () => {
  expect(compileDefinition(SEED)).toEqual({
    ok: true,
    form: 'native',
    name: 'My Flow',
    description: 'A simple flow',
    versionLabel: '1.0.0',
    secretUses: [],
    warnings: [],
    plan: {
      engine: 1,
      flow: { name: 'My Flow', version: '1.0.0' },
      timeoutMs: 366 * 24 * 3_600_000,
      root: {
        start: ['start'],
        nodes: {
          start: {
            id: 'start',
            type: 'http.request',
            op: { kind: 'call', activity: 'httpRequest', params: { url: 'https://api.example.com/data', method: 'GET' } },
            execution: 'local',
            next: { default: ['end'] },
            attemptTimeoutMs: 30_000,
            onError: 'fail',
            catch: [],
          },
          end: {
            id: 'end',
            type: 'webhook',
            op: { kind: 'call', activity: 'webhook', params: { url: 'https://webhook.example.com/callback', method: 'POST' } },
            execution: 'activity',
            next: {},
            attemptTimeoutMs: 30_000,
            onError: 'fail',
            catch: [],
          },
        },
      },
    },
  });
});

test('the updated definition of the document compiles too, as JSON', () => {
  const result = compileDefinition(
    JSON.stringify({
      metadata: { name: 'Updated Flow', description: 'An updated flow', version: '1.0.1' },
      nodes: {
        start: {
          type: 'http.request',
          params: { url: 'https://api.example.com/data', method: 'GET' },
          next: { default: 'end' },
        },
        end: { type: 'webhook', params: { url: 'https://webhook.example.com/callback', method: 'POST' } },
      },
    }),
  );
  expect(result).toMatchObject({ ok: true, name: 'Updated Flow', versionLabel: '1.0.1' });
});
