import { compileDefinition } from '../../../src/language';

/** What FlowRunner's documents show beyond the first example: its spellings compile as they are. */
const DEFINITION = `metadata:
  name: "Order"
nodes:
  fetch:
    type: "http.request"
    params:
      url: "https://api.example.com/orders/\${input.id}"
      headers: { Authorization: "Bearer \${input.token}" }
      auth: { username: "a", password: "b" }
      timeout: "10s"
      follow_redirect: true
    retry: { max_retries: 3, wait: "2s" }
    next: { success: shape, client_error: tell, server_error: END }
  shape:
    type: "transform"
    params:
      script: "return { total: input.a + input.b };"
    next: { default: choose }
  choose:
    type: "condition"
    params:
      conditions:
        - { condition: "\${nodes.shape.total > 100}", action: "large" }
        - { condition: "nodes.shape.total > 10", action: "medium" }
      default_action: "small"
    next: { large: keep, medium: pause, small: END }
  pause:
    type: "wait"
    params: { type: "until_time", until: "2026-12-01T00:00:00Z" }
    next: { default: cool }
  cool:
    type: "delay"
    params: { duration: "5s" }
    next: { default: poll }
  poll:
    type: "wait"
    params: { type: "condition", condition: "\${nodes.shape.total > 0}", interval: "1s", max_attempts: 5, timeout: "1m" }
    next: { default: keep }
  keep:
    type: "store"
    params: { operation: "set", key: "order/\${input.id}", value: "\${nodes.shape}", ttl: "24h" }
    next: { default: tell }
  tell:
    type: "webhook"
    params: { url: "https://hooks.example.com/x", method: "POST", body: { id: "\${input.id}" } }
`;

test("FlowRunner's spellings compile without issues and warnings", () => {
  expect(compileDefinition(DEFINITION)).toMatchObject({ ok: true, warnings: [] });
});

test.each(['email.receive', 'llm', 'agent', 'cron', 'postgres', 'dynamodb', 'container', 'upload'])(
  'the type %s is unsupported, not wrong',
  (type) => {
    expect(compileDefinition(`nodes: { a: { type: ${type}, params: { anything: 1 } } }`)).toMatchObject({
      ok: false,
      issues: [{ code: 'unsupported', path: 'nodes.a.type', line: 1 }],
    });
  },
);
