import type { NodePlan, Plan } from '../../../src/flow';
import { compileDefinition } from '../../../src/language';

const planOf = (yaml: string): Plan => {
  const result = compileDefinition(yaml);
  if (!result.ok) throw new Error(JSON.stringify(result.issues, null, 1));
  return result.plan;
};
const nodeOf = (type: string, params: string, more = ''): NodePlan => {
  const node = planOf(`nodes: { n: { type: ${type}, params: ${params} ${more === '' ? '' : `, ${more}`} } }`).root.nodes['n'];
  if (node === undefined) throw new Error('no node');
  return node;
};
const opOf = (type: string, params: string, more = ''): NodePlan['op'] => nodeOf(type, params, more).op;

describe('each type is lowered to its operation', () => {
  test('http.request in FlowRunner’s spelling', () => {
    const params = `{ url: "https://x.example", method: post, headers: { n: 1 }, form_data: { a: b }, timeout: 5, follow_redirect: false, auth: { api_key: k, key_name: X-K } }`;
    expect(nodeOf('http.request', params)).toMatchObject({
      execution: 'activity',
      attemptTimeoutMs: 5_000,
      op: {
        kind: 'call',
        activity: 'httpRequest',
        params: {
          url: 'https://x.example',
          method: 'POST',
          headers: { n: '1' },
          form_data: { a: 'b' },
          follow_redirects: false,
          auth: { api_key: 'k', key_name: 'X-K' },
        },
      },
    });
  });

  test.each([
    ['transform', '{ output: { a: "{{ input.x }}" } }', { kind: 'value', output: { a: '{{ input.x }}' } }],
    [
      'transform',
      '{ script: "return 1" }',
      {
        kind: 'call',
        activity: 'script',
        params: { code: 'return 1', input: '{{ input }}', timeout: 1_000 },
        rawParams: ['code'],
      },
    ],
    ['condition', '{ if: "${ input.x > 1 }" }', { kind: 'value', route: { kind: 'boolean', if: 'input.x > 1' } }],
    [
      'condition',
      '{ conditions: [{ condition: "{{ input.x }}", action: go }], default_action: stay }',
      { kind: 'value', route: { kind: 'rules', rules: [{ if: 'input.x', action: 'go' }], otherwise: 'stay' } },
    ],
    [
      'router',
      '{ routes: [{ condition: true, label: a }], mode: all }',
      { kind: 'value', route: { kind: 'rules', rules: [{ if: 'true', action: 'a' }], otherwise: 'default', all: true } },
    ],
    [
      'switch',
      '{ value: input.x, cases: { 200: ok } }',
      { kind: 'value', route: { kind: 'switch', on: 'input.x', cases: { '200': 'ok' }, otherwise: 'default' } },
    ],
    ['delay', '{ duration: 2 }', { kind: 'delay', duration: 2_000 }],
    ['delay', '{ duration: "{{ input.x }}" }', { kind: 'delay', duration: '{{ input.x }}' }],
    ['wait', '{ type: duration, duration: 1m }', { kind: 'delay', duration: 60_000 }],
    ['wait', '{ type: until_time, until: "2027-01-01T00:00:00Z" }', { kind: 'waitUntil', until: '2027-01-01T00:00:00Z' }],
    [
      'wait',
      '{ event: paid, key: "{{ input.id }}", timeout: 7d }',
      { kind: 'waitEvent', event: 'paid', key: '{{ input.id }}', timeout: 604_800_000 },
    ],
    ['wait', '{ key: k, timeout: 1h }', { kind: 'waitEvent', event: 'n', key: 'k', timeout: 3_600_000 }],
    ['wait', '{ condition: input.ready }', { kind: 'waitCondition', if: 'input.ready', intervalMs: 1_000, maxAttempts: 10 }],
    [
      'store',
      '{ operation: set, key: k, value: null, ttl: 1h }',
      { kind: 'call', activity: 'store', params: { operation: 'set', key: 'k', value: null, ttl: 3_600_000 } },
    ],
    [
      'store',
      '{ operation: increment, key: k }',
      { kind: 'call', activity: 'store', params: { operation: 'increment', key: 'k', amount: 1 } },
    ],
    [
      'script',
      '{ code: "return {{1}}" }',
      { kind: 'call', activity: 'script', params: { code: 'return {{1}}', timeout: 1_000 }, rawParams: ['code'] },
    ],
    [
      'jsonata',
      '{ expression: "$sum(a)" }',
      {
        kind: 'call',
        activity: 'jsonata',
        params: { expression: '$sum(a)', input: '{{ input }}', timeout: 1_000 },
        rawParams: ['expression'],
      },
    ],
    ['log', '{ message: hi }', { kind: 'value', log: { level: 'info', message: 'hi' } }],
    ['flow', '{ flow: other, version: 2, mode: detach }', { kind: 'flow', flow: 'other', version: 2, input: {}, mode: 'detach' }],
    ['succeed', '{ output: 1 }', { kind: 'succeed', state: 'DONE', output: 1 }],
    ['fail', '{ message: no }', { kind: 'fail', code: 'failed', message: 'no' }],
  ])('%s %s', (type, params, op) => {
    expect(opOf(type, params)).toEqual(op);
  });

  test('blocks hold the frames of their nodes', () => {
    const inner = 'nodes: { b: { type: log, params: { message: x } } }';
    expect(opOf('loop', '{ items: "{{ input.list }}", as: line, concurrency: 3 }', inner)).toMatchObject({
      kind: 'loop',
      as: 'line',
      concurrency: 3,
      tolerate: 0,
      maxIterations: 10_000,
      body: { start: ['b'] },
    });
    expect(opOf('loop', '{ until: "nodes.b == 1", max_iterations: 5, maxTime: 1m }', inner)).toMatchObject({
      kind: 'loop',
      until: 'nodes.b == 1',
      maxIterations: 5,
      maxTimeMs: 60_000,
    });
    expect(opOf('parallel', `{ branches: { left: { ${inner} } }, tolerate: 1 }`)).toMatchObject({
      kind: 'parallel',
      tolerate: 1,
      branches: { left: { start: ['b'] } },
    });
    expect(opOf('parallel', '{}', `branches: { left: { ${inner} } }`)).toMatchObject({ branches: { left: { start: ['b'] } } });
    expect(opOf('group', '{}', `${inner}, finally: { ${inner} }`)).toMatchObject({
      kind: 'group',
      body: { start: ['b'] },
      finally: { start: ['b'] },
    });
  });
});

describe('common fields', () => {
  const log = (more: string): NodePlan => nodeOf('log', '{ message: x }', more);
  test('next in all spellings', () => {
    expect(log('next: END').next).toEqual({ default: ['END'] });
    expect(log('next: [END]').next).toEqual({ default: ['END'] });
    expect(log('next: { default: END }').next).toEqual({ default: ['END'] });
    expect(nodeOf('condition', '{ if: "true" }', 'next: { true: END, false: [END] }').next).toEqual({
      true: ['END'],
      false: ['END'],
    });
  });

  test.each([
    ['{}', { maxAttempts: 3, kind: 'exponential', delayMs: 1_000, backoff: 2, maxDelayMs: 300_000, jitter: 0 }],
    [
      '{ max_retries: 4, wait: 5s }',
      { maxAttempts: 4, kind: 'fixed', delayMs: 5_000, backoff: 2, maxDelayMs: 300_000, jitter: 0 },
    ],
    ['{ max_retries: 0 }', { maxAttempts: 1, kind: 'fixed', delayMs: 1_000, backoff: 2, maxDelayMs: 300_000, jitter: 0 }],
    [
      '{ maxAttempts: 5, delay: 10m, backoff: fixed }',
      { maxAttempts: 5, kind: 'fixed', delayMs: 600_000, backoff: 2, maxDelayMs: 600_000, jitter: 0 },
    ],
    [
      '{ backoff: linear, maxDelay: 9, maxTime: 1h, jitter: 0.5 }',
      { maxAttempts: 3, kind: 'linear', delayMs: 1_000, backoff: 2, maxDelayMs: 9_000, jitter: 0.5, maxTimeMs: 3_600_000 },
    ],
    [
      '{ backoff: 1, on: timeout, nonRetryable: [404, 5xx] }',
      {
        maxAttempts: 3,
        kind: 'fixed',
        delayMs: 1_000,
        backoff: 1,
        maxDelayMs: 300_000,
        jitter: 0,
        on: ['timeout'],
        notOn: ['404', '5xx'],
      },
    ],
  ])('retry %s', (text, policy) => {
    expect(log(`retry: ${text}`).retry).toEqual(policy);
  });

  test('timeout limits an attempt of a call and the whole run of everything else', () => {
    const call = (more: string): NodePlan => nodeOf('webhook', '{ url: "https://x.example" }', more);
    expect(call('timeout: 3s')).toMatchObject({ attemptTimeoutMs: 3_000 });
    expect(call('timeout: { node: 1m }')).toMatchObject({ attemptTimeoutMs: 30_000, timeoutMs: 60_000 });
    expect(nodeOf('wait', '{ event: e }', 'timeout: 3s')).toMatchObject({ timeoutMs: 3_000 });
    expect(nodeOf('wait', '{ event: e }', 'timeout: 3s').attemptTimeoutMs).toBeUndefined();
    expect(
      nodeOf('group', '{}', 'nodes: { b: { type: log, params: { message: x } } }, timeout: { attempt: 1s, node: 3s }'),
    ).toMatchObject({ attemptTimeoutMs: 1_000, timeoutMs: 3_000 });
  });

  test('execution classes by type (X1)', () => {
    const get = (method: string, more = ''): string =>
      nodeOf('http.request', `{ url: "https://x.example", method: ${method} }`, more).execution;
    expect(['GET', 'HEAD', 'POST', 'DELETE', '"{{ input.m }}"'].map((method) => get(method))).toEqual([
      'local',
      'local',
      'activity',
      'activity',
      'activity',
    ]);
    expect(get('GET', 'execution: activity')).toBe('activity');
    expect(nodeOf('store', '{ operation: get, key: k }').execution).toBe('local');
    expect(nodeOf('store', '{ operation: set, key: k, value: 1 }').execution).toBe('local');
    expect(nodeOf('store', '{ operation: list }').execution).toBe('activity');
    expect(nodeOf('script', '{ code: x }').execution).toBe('activity');
    expect(nodeOf('transform', '{ output: 1 }').execution).toBe('inline');
  });

  test('compensate is a node without edges, with the id of its node', () => {
    const node = nodeOf(
      'webhook',
      '{ url: "https://x.example" }',
      'compensate: { type: store, params: { operation: delete, key: "{{ nodes.n.status }}" }, retry: { maxAttempts: 2 } }',
    );
    expect(node.compensate).toMatchObject({
      id: 'n',
      type: 'store',
      next: {},
      catch: [],
      onError: 'fail',
      retry: { maxAttempts: 2 },
      attemptTimeoutMs: 5_000,
    });
    expect(node.reads).toEqual([['status']]);
  });

  test('catch, needs, join and when are kept as written', () => {
    const plan = planOf(`nodes:
  a: { type: log, params: { message: x }, catch: [{ errors: [timeout, 404], next: c }], next: c }
  b: { type: log, params: { message: x }, next: c }
  c: { type: log, params: { message: x }, join: any, cancelLosers: true, when: "{{ input.on }}" }
  d: { type: log, params: { message: x }, needs: [a, c] }`);
    expect(plan.root.start).toEqual(['a', 'b']);
    expect(plan.root.nodes['a']?.catch).toEqual([{ errors: ['timeout', '404'], next: ['c'] }]);
    expect(plan.root.nodes['c']).toMatchObject({ join: 'any', cancelLosers: true, when: 'input.on' });
    expect(plan.root.nodes['d']?.needs).toEqual(['a', 'c']);
    expect(Object.keys(plan.root.nodes)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('after, defer, states and names of an output', () => {
    const plan = planOf(`nodes:
  a: { type: store, params: { operation: get, key: k }, outputMap: { held: value }, onError: continue }
  b: { type: log, params: { message: x }, after: a, defer: 5s, when: 'states.a == "FAIL"' }`);
    expect(plan.root.start).toEqual(['a']);
    expect(plan.root.nodes['a']).toMatchObject({ tellsState: true, op: { output: { held: 'value' } } });
    expect(plan.root.nodes['b']).toMatchObject({ needs: ['a'], afterFailure: true, deferMs: 5_000 });
  });
});

describe('reads are the shortest paths that cover every reference (X6)', () => {
  test('from params, expressions, inner frames, the output, finally and $prev', () => {
    const plan = planOf(`output: "{{ nodes.fetch.body.id }}"
nodes:
  fetch: { type: http.request, params: { url: "https://x.example" }, next: { success: check } }
  check: { type: condition, params: { if: "nodes.fetch.body.total > 3 && nodes.fetch.status_code == 200" }, next: { true: each } }
  each:
    type: loop
    params: { items: "{{ nodes.fetch.body.lines }}" }
    nodes: { one: { type: log, params: { message: "\${ $prev.fetch.body.total }" } } }
finally: { nodes: { last: { type: log, params: { message: "{{ nodes.each }} {{ nodes.fetch.headers }}" } } } }`);
    expect(plan.root.nodes['fetch']?.reads).toEqual(
      expect.arrayContaining([['body', 'total'], ['status_code'], ['body', 'lines'], ['headers'], ['body', 'id']]),
    );
    expect(plan.root.nodes['fetch']?.reads).toHaveLength(5);
    expect(plan.root.nodes['each']?.reads).toEqual([[]]);
    expect(plan.root.nodes['check']?.reads).toBeUndefined();
  });

  test('the whole output covers its parts', () => {
    const plan = planOf(
      'output: ["{{ nodes.a.x.y }}", "{{ nodes.a.x }}", "{{ nodes.a.z }}"]\nnodes: { a: { type: transform, params: { output: 1 } } }',
    );
    expect(plan.root.nodes['a']?.reads).toEqual([['x'], ['z']]);
  });

  test('a node of an inner frame hides one of the same name outside', () => {
    const plan = planOf(`nodes:
  a: { type: transform, params: { output: 1 }, next: g }
  g: { type: group, nodes: { a: { type: log, params: { message: x }, next: b }, b: { type: log, params: { message: "{{ nodes.a.deep }}" } } } }`);
    expect(plan.root.nodes['a']?.reads).toBeUndefined();
    expect(plan.root.nodes['g']?.op).toMatchObject({ body: { nodes: { a: { reads: [['deep']] } } } });
  });
});

test('a loop’s while sees its names, its until the nodes of the body too', () => {
  const loop = (params: string): unknown =>
    compileDefinition(
      `nodes: { n: { type: loop, params: ${params}, nodes: { b: { type: log, params: { message: '{{ index }}' } } } } }`,
    );
  expect(loop('{ while: "index < 3 && item != 1" }')).toMatchObject({ ok: true });
  expect(loop('{ until: "nodes.b.done" }')).toMatchObject({ ok: true });
  expect(loop('{ while: "nodes.b.done" }')).toMatchObject({
    ok: false,
    issues: [{ code: 'node_not_visible', path: 'nodes.n.params.while' }],
  });
  expect(loop('{ items: "{{ index }}" }')).toMatchObject({ ok: false, issues: [{ code: 'item_outside_loop' }] });
});

test('metadata: a version that YAML reads as a number keeps its spelling', () => {
  const meta = (text: string): unknown =>
    compileDefinition(`metadata: ${text}\nnodes: { a: { type: log, params: { message: x } } }`);
  expect(meta('{ version: 1.0 }')).toMatchObject({ versionLabel: '1.0', name: 'Untitled flow' });
  expect(meta('{ name: N, description: D }')).toMatchObject({ versionLabel: '1.0.0', name: 'N', description: 'D' });
});

test('legal and probably not meant is warned of', () => {
  const result = compileDefinition(`vars: { a: "{{ input.x }}" }
nodes: { n: { type: transform, params: { output: { "{{ input.k }}": 1 } } } }`);
  expect(result).toMatchObject({
    ok: true,
    warnings: [
      { code: 'template_in_vars', path: 'vars.a', line: 1 },
      { code: 'template_in_key', line: 2 },
    ],
  });
});

test('JSON with tabs, which YAML refuses, is read too, with lines', () => {
  expect(compileDefinition('{\n\t"nodes": {\n\t\t"a": { "type": "suceed" }\n\t}\n}')).toMatchObject({
    issues: [{ code: 'unknown_type', line: 3 }],
  });
  expect(compileDefinition('{\n\t"nodes": {}, "nodes": {}}')).toMatchObject({ issues: [{ code: 'duplicate_key' }] });
  expect(compileDefinition('{\n\t"nodes": {\n\t\t"a": { "type": "succeed" }\n\t}\n}')).toMatchObject({ ok: true });
});
