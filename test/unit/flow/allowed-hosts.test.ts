import { allowsHost, HOST_RULE } from '../../../src/flow';

const ALLOWED: readonly [rules: readonly string[], host: string, port?: number][] = [
  [[], 'anywhere.example'],
  [['api.example.com'], 'api.example.com'],
  [['API.Example.com'], 'api.example.com.'],
  [['*.example.com'], 'a.b.example.com'],
  [['api.example.com:8443'], 'api.example.com', 8443],
  [['[::1]:8080'], '[::1]', 8080],
  [['x.example', '127.0.0.1'], '127.0.0.1', 81],
];
const REFUSED: typeof ALLOWED = [
  [['api.example.com'], 'example.com'],
  [['api.example.com'], 'api.example.com.evil.test'],
  [['api.example.com'], 'xapi.example.com'],
  [['*.example.com'], 'example.com'],
  [['*.example.com'], 'evilexample.com'],
  [['*.example.com'], '.example.com'],
  [['api.example.com:8443'], 'api.example.com', 443],
];
test.each(ALLOWED)('%j takes %s', (rules, host, port = 443) => {
  expect(allowsHost(rules, host, port)).toBe(true);
});
test.each(REFUSED)('%j does not take %s', (rules, host, port = 443) => {
  expect(allowsHost(rules, host, port)).toBe(false);
});

test.each(['api.example.com', '*.example.com', 'localhost:3000', '10.0.0.1', '[::1]:80', '_srv.example'])(
  '%s is a rule',
  (rule) => {
    expect(rule).toMatch(HOST_RULE);
  },
);
test.each(['', '*', 'https://x.example', 'a.example/path', 'a b', '*.', 'x.*.example', 'user@host', 'host:', 'host:123456'])(
  '%j is no rule',
  (rule) => {
    expect(rule).not.toMatch(HOST_RULE);
  },
);
