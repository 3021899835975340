import { cancelAt, sendEvent, type ReplayCase } from './case';

const RETRY = '{ maxAttempts: 3, delay: 50ms, backoff: 2, jitter: 0.2 }';

/** What nodes have in common: joins, retries, error handling, hold, cancel, claims, continue-as-new. */
export const BEHAVIOUR_CASES: readonly ReplayCase[] = [
  {
    name: 'join-all-waits-for-a-cycle',
    types: ['condition', 'transform'],
    definition: `
nodes:
  s: { type: transform, params: { output: 0 }, next: [a, b] }
  a: { type: store, params: { operation: increment, key: replay/cycle }, next: enough }
  enough: { type: condition, params: { if: 'nodes.a % 3 == 0' }, next: { 'true': j, 'false': a } }
  b: { type: http.request, params: { url: '<target>/b', method: POST }, next: j }
  j: { type: transform, join: all, params: { output: joined } }`,
    ends: 'DONE',
  },
  {
    name: 'join-any-cancels-the-losers',
    types: ['http.request'],
    definition: `
nodes:
  s: { type: transform, params: { output: 0 }, next: [fast, slow] }
  fast: { type: http.request, params: { url: '<target>/fast', method: POST }, next: j }
  slow: { type: http.request, params: { url: '<target>/hang', method: POST }, next: j }
  j: { type: transform, join: any, cancelLosers: true, params: { output: joined } }`,
    ends: 'DONE',
  },
  {
    name: 'needs-and-when',
    types: ['transform'],
    definition: `
nodes:
  a: { type: transform, params: { output: 1 } }
  b: { type: transform, when: 'input.n > 1', params: { output: 2 } }
  c: { type: transform, needs: [a, b], params: { output: '{{ nodes.a + (nodes.b ?? 10) }}' } }`,
    input: { n: 1 },
    ends: 'DONE',
  },
  {
    name: 'layers-after-any-end',
    types: [],
    definition: JSON.stringify({
      layers: [
        { ref: 'bad', index: 0, appId: 'wget', args: { url: '<target>/status/404' }, onError: 'continue' },
        { ref: 'good', index: 0, appId: 'curl', args: { url: '<target>/status/404' } },
        { ref: 'later', index: 1, appId: 'var', args: { values: { bad: '{{ $prev.bad.state }}' } }, deferAfterMs: 50 },
        { ref: 'each', index: 2, appId: 'iterator', args: { items: [1, 2] } },
        { ref: 'line', index: 3, appId: 'var', args: { values: { n: '{{ $prev.each.item }}{{ $kv.get "none" }}' } } },
        { ref: 'sum', index: 4, appId: 'aggregator', args: { sourceRef: 'line', field: 'n' } },
      ],
    }),
    ends: 'DONE',
  },
  {
    name: 'when-filters-every-node',
    types: ['transform'],
    definition: `nodes: { a: { type: transform, when: 'false', params: { output: 1 } } }`,
    ends: 'FILTERED',
  },
  {
    name: 'retry-then-fail',
    types: ['http.request'],
    definition: `nodes: { a: { type: http.request, params: { url: '<target>/status/503' }, retry: ${RETRY} } }`,
    ends: 'FAIL',
  },
  {
    name: 'retry-of-a-regular-activity-then-catch',
    types: ['http.request'],
    definition: `
nodes:
  a:
    type: http.request
    params: { url: '<target>/status/503', method: POST }
    retry: ${RETRY}
    catch: [{ errors: ['5xx'], next: b }]
  b: { type: transform, params: { output: '{{ error.code }}' } }`,
    ends: 'DONE',
  },
  {
    name: 'on-error-skip-and-continue',
    types: ['http.request'],
    definition: `
nodes:
  a: { type: http.request, params: { url: '<target>/status/500' }, onError: skip, next: b }
  b: { type: http.request, params: { url: '<target>/status/400' }, onError: continue, next: c }
  c: { type: transform, params: { output: end } }`,
    ends: 'DONE',
  },
  {
    name: 'timeout-of-a-node',
    types: ['http.request'],
    definition: `
nodes:
  a: { type: http.request, params: { url: '<target>/hang', method: POST }, timeout: 500ms, catch: [{ errors: [timeout], next: b }] }
  b: { type: transform, params: { output: late } }`,
    ends: 'DONE',
  },
  {
    name: 'timeout-of-the-run-runs-finally',
    types: ['wait'],
    definition: `
timeout: 300ms
nodes: { w: { type: wait, params: { type: event } } }
finally: { nodes: { note: { type: http.request, params: { url: '<target>/note', method: POST } } } }`,
    ends: 'FAIL',
  },
  {
    name: 'expression-error-fails-the-node',
    types: ['transform'],
    definition: `nodes: { a: { type: transform, params: { output: '{{ input.missing }}' } } }`,
    ends: 'FAIL',
  },
  {
    name: 'failure-compensates-in-reverse',
    types: ['http.request'],
    definition: `
nodes:
  a: { type: http.request, params: { url: '<target>/a', method: POST }, compensate: { type: http.request, params: { url: '<target>/undo-a', method: POST } }, next: b }
  b: { type: http.request, params: { url: '<target>/b', method: POST }, compensate: { type: http.request, params: { url: '<target>/undo-b', method: POST } }, next: c }
  c: { type: http.request, params: { url: '<target>/status/500', method: POST } }
finally: { nodes: { note: { type: log, params: { message: '{{ error.code }}' } } } }`,
    ends: 'FAIL',
  },
  {
    name: 'cancel-stops-undoes-and-runs-finally',
    types: ['http.request'],
    definition: `
nodes:
  a: { type: http.request, params: { url: '<target>/a', method: POST }, compensate: { type: http.request, params: { url: '<target>/undo', method: POST } }, next: b }
  b: { type: http.request, params: { url: '<target>/hang', method: POST } }
finally: { nodes: { note: { type: http.request, params: { url: '<target>/note', method: POST } } } }`,
    ends: 'CANCELLED',
    drive: cancelAt('/hang'),
  },
  {
    name: 'hold-gates-and-release-goes-on',
    types: ['wait'],
    definition: `
nodes:
  w: { type: wait, params: { type: event, event: go }, next: a }
  a: { type: http.request, params: { url: '<target>/a', method: POST } }`,
    ends: 'DONE',
    drive: async (run) => {
      const { client, id } = run;
      await client.until(id, ['WAIT']);
      await client.get('POST', `/api/v1/executions/${id}/hold`, {});
      await client.get('POST', `/api/v1/executions/${id}/events/go`, { data: 1 });
      await client.get('POST', `/api/v1/executions/${id}/release`);
    },
  },
  {
    name: 'cancel-of-a-held-run',
    types: ['wait'],
    definition: `nodes: { w: { type: wait, params: { type: event, event: go } } }`,
    ends: 'CANCELLED',
    drive: async ({ client, id }) => {
      await client.until(id, ['WAIT']);
      await client.get('POST', `/api/v1/executions/${id}/hold`, {});
      await client.get('DELETE', `/api/v1/executions/${id}`);
    },
  },
  {
    name: 'event-kept-before-its-wait',
    types: ['wait'],
    definition: `
nodes:
  one: { type: wait, params: { type: event, event: first }, next: two }
  two: { type: wait, params: { type: event, event: second }, next: end }
  end: { type: transform, params: { output: '{{ nodes.two }}' } }`,
    ends: 'DONE',
    drive: async (run) => {
      await run.client.until(run.id, ['WAIT']);
      await run.client.get('POST', `/api/v1/executions/${run.id}/events/second`, { data: 2 });
      await sendEvent('first', { data: 1 })(run);
    },
  },
  {
    name: 'claims-of-large-outputs-in-a-loop',
    types: ['loop', 'script'],
    definition: `
nodes:
  big: { type: script, params: { code: 'return Array.from({ length: 130 }, (_, n) => ({ n, text: "x".repeat(400) }));' }, next: each }
  each:
    type: loop
    params: { items: '{{ nodes.big }}', concurrency: 20 }
    nodes: { pick: { type: transform, params: { output: '{{ item.n }}' } } }
    next: sum
  sum: { type: transform, params: { output: { sum: '{{ sum(nodes.each) }}', last: '{{ nodes.big[129].n }}' } } }`,
    ends: 'DONE',
  },
  {
    name: 'continue-as-new-from-a-checkpoint',
    types: ['loop'],
    definition: `
nodes:
  each:
    type: loop
    params: { items: '{{ input.items }}', concurrency: 50 }
    nodes: { call: { type: http.request, params: { url: '<target>/{{ item }}', method: POST } } }
    next: end
  end: { type: transform, params: { output: '{{ size(nodes.each) }}' } }`,
    input: { items: Array.from({ length: 1_500 }, (_, index) => index) },
    ends: 'DONE',
  },
];
