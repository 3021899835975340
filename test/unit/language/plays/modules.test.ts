import type { Json, JsonObject, NodePlan } from '../../../../src/flow';
import { MODULE_NAMES, MODULES } from '../../../../src/language/forms/plays/modules';
import { aLayer, issuesOf, planOf, play } from './support';

const ARGS = { text: 'Invoice #17, amount 12.50', list: [{ n: 1 }, { n: 5 }], rows: [3, 4], to: 4 };
const outputOf = (appId: string, args: JsonObject): Json | undefined =>
  play([aLayer('x', 0, { appId, args })], { args: ARGS }).outputs['x'];
const nodeOf = (appId: string, args: JsonObject, more: JsonObject = {}): NodePlan | undefined =>
  planOf([aLayer('x', 0, { appId, args, ...more })]).root.nodes['x'];

const TEXT = '{{ $prev.args.text }}';

test.each<[string, JsonObject, Json]>([
  [
    'router',
    {
      routes: [
        { condition: '{{ gt $prev.args.to 9 }}', label: 'a' },
        { condition: 'lt $prev.args.to 9', label: 'b' },
      ],
    },
    { route: 'b' },
  ],
  ['router', { routes: [{ condition: false, label: 'a' }], default: 'c' }, { route: 'c' }],
  ['router', { routes: [{ condition: false, label: 'a' }] }, { route: null }],
  ['enumeration', { from: 1, to: '{{ $prev.args.to }}' }, { items: [1, 2, 3, 4] }],
  ['enumeration', { from: 10, to: 4, step: -3 }, { items: [10, 7, 4] }],
  ['enumeration', { from: 3, to: 1 }, { items: [] }],
  ['var', { values: { a: '{{ $prev.args.to }}', b: ['x', TEXT] } }, { a: 4, b: ['x', ARGS.text] }],
  ['template', { template: 'Dear {{ $data.name }}: {{ $prev.args.to }}', data: { name: 'Ada' } }, { result: 'Dear Ada: 4' }],
  ['regex', { input: TEXT, pattern: '#(\\d+)' }, { result: true }],
  ['regex', { input: TEXT, pattern: '\\d+', operation: 'find' }, { result: '17' }],
  ['regex', { input: 'none', pattern: '\\d+', operation: 'find' }, { result: null }],
  ['regex', { input: TEXT, pattern: '\\d+', operation: 'findAll' }, { result: ['17', '12', '50'] }],
  ['regex', { input: TEXT, pattern: '[0-9]', operation: 'replace', replacement: 'X' }, { result: 'Invoice #XX, amount XX.XX' }],
  ['regex', { input: 'a, b;c', pattern: '[,;] *', operation: 'split' }, { result: ['a', 'b', 'c'] }],
  ['base64-encode', { input: 'hi' }, { result: 'aGk=' }],
  ['base64-decode', { input: 'aGk=' }, { result: 'hi' }],
  ['url-encode', { input: 'a b&c' }, { result: 'a%20b%26c' }],
  ['url-decode', { input: 'a%20b' }, { result: 'a b' }],
  ['array-filter', { items: '{{ $prev.args.list }}', condition: '{{ gt $item.n 2 }}' }, { items: [{ n: 5 }], count: 1 }],
  [
    'array-map',
    { items: '{{ $prev.args.list }}', expression: { double: '{{ mul $item.n 2 }}' } },
    { items: [{ double: 2 }, { double: 10 }], count: 2 },
  ],
])('%s %j', (appId, args, output) => {
  expect(outputOf(appId, args)).toEqual(output);
});

const HTTP_OUTPUT = {
  statusCode: 'status_code',
  body: 'body',
  headers: 'headers',
  duration: 'timing_ms',
  encoding: 'encoding',
  truncated: 'truncated',
};

test('curl answers any status, under the names of the contract', () => {
  const args = {
    method: 'POST',
    url: 'https://x.example/{{ $prev.args.to }}',
    headers: { accept: 'text/html' },
    body: { to: '{{ $prev.args.to }}' },
    timeout: 7,
    followRedirects: false,
    responseType: 'text',
    bearerToken: '{{ $secrets.TOKEN }}',
  };
  expect(nodeOf('curl', args)).toMatchObject({
    type: 'http.request',
    attemptTimeoutMs: 7_000,
    op: {
      kind: 'call',
      activity: 'httpRequest',
      output: HTTP_OUTPUT,
      params: {
        url: 'https://x.example/{{ input.to }}',
        method: 'POST',
        body: { to: '{{ input.to }}' },
        auth: { token: '{{ secrets.TOKEN }}' },
        follow_redirects: false,
        responseType: 'text',
        failOn: 'never',
      },
    },
  });
});

test('curl takes a form and a basic log-in; the layer’s timeout wins', () => {
  const args = { url: 'https://x.example', method: 'POST', bodyForm: { a: 1 }, basicAuth: { user: 'u', pass: 'p' } };
  const node = nodeOf('curl', args, { timeout: 3 });
  expect(node?.attemptTimeoutMs).toBe(3_000);
  expect(node?.op).toMatchObject({ params: { form_data: { a: '1' }, auth: { username: 'u', password: 'p' } } });
});

test('wget fails on a status of 400 and above', () => {
  const op = nodeOf('wget', { url: 'https://x.example/file' })?.op;
  expect(op).toMatchObject({ params: { method: 'GET' }, output: HTTP_OUTPUT });
  expect(op).not.toHaveProperty('params.failOn');
});

test('send-mail sends by email.send', () => {
  const args = { to: ['ada@example.com', '{{ $prev.args.to }}'], subject: 'Invoice {{ $flowId }}', body: 'Hello' };
  expect(nodeOf('send-mail', args)).toMatchObject({
    type: 'email.send',
    op: {
      activity: 'emailSend',
      output: { messageId: 'message_id', addresses: 'addresses' },
      params: { to: ['ada@example.com', '{{ input.to }}'], subject: 'Invoice {{ run.flow.id }}', text: 'Hello' },
    },
  });
});

test.each<[string, JsonObject, JsonObject]>([
  ['kv-get', {}, { operation: 'get', key: '~flow/flow_1/k' }],
  ['kv-get', { scope: 'global' }, { operation: 'get', key: 'k' }],
  [
    'kv-set',
    { scope: 'flow_group', scopeKey: 'team', value: [1], ttl: 60 },
    { operation: 'set', key: '~group/team/k', value: [1], ttl: 60_000 },
  ],
  ['kv-append', { value: '{{ $prev.args.to }}' }, { operation: 'append', key: '~flow/flow_1/k', value: 4 }],
])('%s %j', (appId, args, params) => {
  const run = play([aLayer('x', 0, { appId, args: { key: 'k', ...args } })], { args: ARGS });
  expect(run.commands[0]).toMatchObject({ type: 'call', activity: 'store', params: { value: params } });
});

test.each([
  [false, { state: 'DONE', out: { total: 1 } }, { mode: 'wait' }],
  [true, { state: 'RUN' }, { mode: 'detach' }],
])('subflow, async %s', (detached, output, op) => {
  const layers = [
    aLayer('x', 0, { appId: 'subflow', args: { flowId: 'flow_2', args: { n: '{{ $prev.args.to }}' }, async: detached } }),
  ];
  const run = play(
    [...layers, aLayer('y', 1, { args: { values: { state: '{{ $prev.x.state }}', id: '{{ $prev.x.playId }}' } } })],
    {
      args: ARGS,
      answers: () => ({ output: { total: 1 } }),
    },
  );
  expect(planOf(layers).root.nodes['x']?.op).toMatchObject(op);
  const id = run.commands.flatMap((command) => (command.type === 'startChild' ? [command.childRunId] : []))[0];
  expect(run.outputs['x']).toEqual({ ...output, playId: id });
  expect(run.outputs['y']).toEqual({ state: output.state, id });
});

test('every module has its args checked', () => {
  expect(MODULE_NAMES).toHaveLength(Object.keys(MODULES).length + 2);
  for (const appId of MODULE_NAMES)
    expect(issuesOf([aLayer('x', 0, { appId, args: { nonsense: 1 } })])).toContainEqual(
      expect.objectContaining({ code: 'unknown_field', path: 'layers[0].args.nonsense' }),
    );
});

test.each([
  ['google-sheets', 'unsupported', undefined],
  ['Curl', 'unsupported', 'Did you mean `curl`?'],
])('the module %s is refused by its name', (appId, code, suggestion) => {
  const [issue] = issuesOf([aLayer('x', 0, { appId })]);
  expect(issue).toMatchObject({ code, path: 'layers[0].appId', message: expect.stringContaining(`\`${appId}\``) });
  expect(issue?.suggestion).toBe(suggestion);
});
