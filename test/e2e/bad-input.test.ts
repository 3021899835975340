/** What bad input gets, over HTTP on real engines: a typed answer, within its limit, while other runs go on. */
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';
import { startTarget, type Target } from '../support/target';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
let target: Target;
beforeAll(async () => {
  target = await startTarget();
  stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`] });
});
afterAll(async () => {
  await stack.stop();
  await target.close();
});

const HELLO = `
input: { type: object, required: [name] }
nodes: { a: { type: transform, params: { output: '{{ input.name }}' } } }`;

describe('definitions', () => {
  test('all issues at once, each with its place; nothing is stored', async () => {
    const definition =
      'nodes:\n  a: { type: transfrom, next: b }\n  c: { type: delay, params: { duration: soon }, colour: red }\n';
    const answer = await stack.client.ask('POST', '/api/v1/flows', { body: { name: 'Bad', definition } });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'validation_error' } } });
    const { details } = answer.body['error'] as unknown as {
      details: { field: string; reason: string; issues: Record<string, unknown>[] };
    };
    expect(details.issues.length).toBeGreaterThanOrEqual(4);
    expect(details).toMatchObject({ field: details.issues[0]?.['path'], reason: details.issues[0]?.['message'] });
    for (const issue of details.issues)
      expect(issue).toMatchObject({
        code: expect.any(String),
        path: expect.any(String),
        line: expect.any(Number),
        message: expect.any(String),
      });
    expect(details.issues).toContainEqual(
      expect.objectContaining({ suggestion: expect.stringContaining('transform') as unknown }),
    );
    expect(await stack.client.get('GET', '/api/v1/flows')).toMatchObject({ total: 0 });
    expect(await stack.client.ask('POST', '/api/v1/flows/validate', { body: { definition } })).toMatchObject({
      status: 200,
      body: { valid: false },
    });
  });

  test.each(['container', 'upload', 'llm'])('%s is unsupported, not invalid', async (type) => {
    const definition = `nodes: { a: { type: ${type} } }`;
    const { body } = await stack.client.ask('POST', '/api/v1/flows/validate', { body: { definition } });
    expect(body).toMatchObject({ valid: false, issues: [expect.objectContaining({ code: 'unsupported' })] });
  });
});

describe('requests', () => {
  const json = { 'content-type': 'application/json' };
  test.each<readonly [string, string, string, { body?: unknown; headers?: Record<string, string> }, number, string]>([
    ['malformed JSON', 'POST', '/api/v1/flows', { body: '{"name":', headers: json }, 400, 'invalid_request'],
    [
      'another content type',
      'POST',
      '/api/v1/flows',
      { body: 'name=x', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    [
      'a body that is too large',
      'POST',
      '/api/v1/flows',
      { body: { definition: 'x'.repeat(1_100_000) } },
      413,
      'payload_too_large',
    ],
    [
      'an unknown member',
      'POST',
      '/api/v1/flows',
      { body: { definition: HELLO, name: 'x', colour: 'red' } },
      400,
      'invalid_request',
    ],
    ['an unknown flow', 'POST', '/api/v1/flows/flow_nothing/run', { body: {} }, 404, 'not_found'],
    ['an unknown execution', 'GET', '/api/v1/executions/run_nothing', {}, 404, 'not_found'],
    ['an unknown execution to cancel', 'DELETE', '/api/v1/executions/run_nothing', {}, 404, 'not_found'],
    ['a limit that is too high', 'GET', '/api/v1/executions?limit=101', {}, 400, 'invalid_request'],
  ])('%s', async (_name, method, path, options, status, code) => {
    expect(await stack.client.ask(method, path, options)).toMatchObject({ status, body: { error: { code } } });
  });

  test('a run input that does not fit is 422 and starts nothing', async () => {
    const flow = await stack.client.save(HELLO, 'Hello');
    expect(await stack.client.start(flow, { nam: 'x' })).toMatchObject({
      status: 422,
      body: { error: { code: 'validation_error' } },
    });
    expect(await stack.client.get('GET', `/api/v1/executions?flow_id=${flow}`)).toMatchObject({ total: 0 });
  });
});

describe('runs', () => {
  const failing = async (node: string, input: unknown = {}) => {
    const run = await stack.client.runToEnd(`start: a\nnodes:\n  a: ${node}`, input);
    expect(run).toMatchObject({ status: 'failed', state: 'FAIL' });
    return run['failure'] as unknown as { code: string; message: string; node_path: string; details?: unknown };
  };

  test('an expression that fails names the path and the expression', async () => {
    const failure = await failing(`{ type: transform, params: { output: 'x {{ input.order.total }}' } }`, { order: {} });
    expect(failure).toMatchObject({ code: 'expression_error', node_path: 'a' });
    expect(JSON.stringify(failure)).toContain('input.order.total');
  });

  test('an endless cycle ends at its limit of visits', async () => {
    const failure = await failing(`{ type: transform, params: { output: 1 }, next: a }`);
    expect(failure.code).toMatch(/limit|visits/);
  }, 90_000);

  test('an address that flows may not reach', async () => {
    expect(await failing(`{ type: http.request, params: { url: 'http://169.254.169.254/latest' } }`)).toMatchObject({
      code: 'egress_denied',
    });
  });

  test('a response that is too large', async () => {
    expect(await failing(`{ type: http.request, params: { url: '${target.url}/declares/1100000000' } }`)).toMatchObject({
      code: 'response_too_large',
    });
  });

  test('a response that is large only: the flow goes on with a reference to it', async () => {
    const run = await stack.client.runToEnd(
      `start: a\nnodes:\n  a: { type: http.request, params: { url: '${target.url}/size/11000000' }, next: b }\n` +
        `  b: { type: succeed, params: { output: '{{ nodes.a.body.artifact }}' } }`,
      {},
    );
    expect(run).toMatchObject({
      state: 'DONE',
      result: { store: 'files', size: 11_000_011, type: 'application/json', key: expect.stringContaining('/') },
    });
  });

  test('HTTP status: the message of the document, one attempt without retry', async () => {
    expect(await failing(`{ type: http.request, params: { url: '${target.url}/status/500' } }`)).toMatchObject({
      code: 'server_error',
      message: 'HTTP request failed with status 500',
    });
  });

  const HOSTILE: readonly (readonly [string, string])[] = [
    ['an endless loop', 'for (;;) {}'],
    ['a string of 1 GB', 'let s = "x".repeat(1024); while (s.length < 1e9) s += s; return s.length;'],
    ['a bomb of functions', 'const f = () => [f, f].map((g) => g()); return f();'],
    ['a bomb of promises', 'const f = () => Promise.all([f(), f()]); return f();'],
    ['an array that grows', 'const a = []; for (;;) a.push(new Array(1000).fill(a.length));'],
    ['a regular expression that backtracks', 'return /^(a+)+$/.test("a".repeat(60) + "b");'],
  ];
  test('hostile scripts fail by their own name within their limit, and other runs go on meanwhile', async () => {
    const flow = await stack.client.save(HELLO, 'Hello');
    const ends = HOSTILE.map(async ([name, code]) => {
      const since = Date.now();
      const run = await stack.client.runToEnd(JSON.stringify({ nodes: { a: { type: 'script', params: { code } } } }));
      return { name, run, ms: Date.now() - since };
    });
    const others = Array.from({ length: 10 }, async () => stack.client.start(flow, { name: 'x' }, { wait: 20 }));
    for (const other of await Promise.all(others))
      expect(other).toMatchObject({ body: { status: 'completed' }, ms: expect.any(Number) });
    for (const { name, run, ms } of await Promise.all(ends)) {
      // A linear-time engine answers the regular expression; everything else fails.
      if (run.status === 'completed') expect([name, run['result']]).toEqual(['a regular expression that backtracks', false]);
      else
        expect([name, (run['failure'] as unknown as { code: string }).code]).toEqual([name, expect.stringMatching(/^script_/)]);
      expect(ms).toBeLessThan(20_000);
    }
  }, 60_000);
});
