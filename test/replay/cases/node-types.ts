import { sendEvent, type ReplayCase } from './case';

/** Decides on the one approval of the run, once it is in the inbox. */
const decideOn =
  (path: string, decision: 'approved' | 'rejected'): NonNullable<ReplayCase['drive']> =>
  async ({ client, id }) => {
    await client.until(id, ['WAIT']);
    await client.get('POST', `/api/v1/approvals/${encodeURIComponent(`${id}:${path}`)}/decide`, { decision, note: 'seen' });
  };

/** One small flow per node type, in the order of the documentation. */
export const NODE_TYPE_CASES: readonly ReplayCase[] = [
  {
    name: 'http-request-local-and-regular',
    types: ['http.request'],
    definition: `
nodes:
  read: { type: http.request, params: { url: '<target>/a' }, next: write }
  write: { type: http.request, params: { url: '<target>/b', method: POST, body: { got: '{{ nodes.read.body.path }}' } } }`,
    ends: 'DONE',
  },
  {
    name: 'http-request-client-error-takes-its-edge',
    types: ['http.request'],
    definition: `
nodes:
  read: { type: http.request, params: { url: '<target>/status/404' }, next: { success: never, client_error: missing } }
  never: { type: fail, params: { code: never, message: never } }
  missing: { type: transform, params: { output: '{{ nodes.read.status_code }}' } }`,
    ends: 'DONE',
  },
  {
    name: 'webhook-sends',
    types: ['webhook'],
    definition: `nodes: { tell: { type: webhook, params: { url: '<target>/hook', body: { n: '{{ input.n }}' } } } }`,
    input: { n: 7 },
    ends: 'DONE',
  },
  {
    name: 'transform-now-and-uuid',
    types: ['transform'],
    definition: `nodes: { t: { type: transform, params: { output: { at: '{{ now() }}', id: '{{ uuid() }}', sum: '{{ input.n + 0.5 }}' } } } }`,
    input: { n: 1 },
    ends: 'DONE',
  },
  {
    name: 'condition-both-ways',
    types: ['condition'],
    definition: `
nodes:
  first: { type: condition, params: { if: 'input.n > 1' }, next: { 'true': second, 'false': no } }
  second: { type: condition, params: { if: 'input.n > 100' }, next: { 'true': no, 'false': yes } }
  yes: { type: transform, params: { output: yes } }
  no: { type: transform, params: { output: no } }`,
    input: { n: 5 },
    ends: 'DONE',
  },
  {
    name: 'router-all-matching',
    types: ['router'],
    definition: `
nodes:
  route:
    type: router
    params:
      mode: all
      routes: [{ condition: 'input.n > 1', label: one }, { condition: 'input.n > 2', label: two }, { condition: 'input.n > 9', label: nine }]
      default: none
    next: { one: a, two: b, nine: c, none: c }
  a: { type: transform, params: { output: a }, next: end }
  b: { type: transform, params: { output: b }, next: end }
  c: { type: transform, params: { output: c }, next: end }
  end: { type: transform, join: all, params: { output: joined } }`,
    input: { n: 5 },
    ends: 'DONE',
  },
  {
    name: 'switch-by-value',
    types: ['switch'],
    definition: `
nodes:
  which: { type: switch, params: { value: input.kind, cases: { x: left, y: right } }, next: { left: a, right: b, default: b } }
  a: { type: transform, params: { output: a } }
  b: { type: transform, params: { output: b } }`,
    input: { kind: 'x' },
    ends: 'DONE',
  },
  {
    name: 'delay-on-one-timer',
    types: ['delay'],
    definition: `
nodes:
  short: { type: delay, params: { duration: 100ms }, next: end }
  long: { type: delay, params: { duration: '{{ input.pause }}' }, next: end }
  end: { type: transform, join: all, params: { output: done } }`,
    input: { pause: '300ms' },
    ends: 'DONE',
  },
  {
    name: 'wait-until-a-time',
    types: ['wait'],
    definition: `
nodes:
  w: { type: wait, params: { type: until, until: '{{ dateAdd(now(), "300ms") }}' }, next: end }
  end: { type: transform, params: { output: done } }`,
    ends: 'DONE',
  },
  {
    name: 'wait-event-delivered',
    types: ['wait'],
    definition: `
nodes:
  w: { type: wait, params: { type: event, event: paid, key: '{{ input.order }}', timeout: 1d }, next: { default: end, timeout: late } }
  end: { type: transform, params: { output: '{{ nodes.w.sum }}' } }
  late: { type: fail, params: { code: late, message: late } }`,
    input: { order: 'a' },
    ends: 'DONE',
    drive: sendEvent('paid', { key: 'a', data: { sum: 3 } }),
  },
  {
    name: 'wait-event-times-out',
    types: ['wait'],
    definition: `
nodes:
  w: { type: wait, params: { type: event, event: paid, timeout: 200ms }, next: { default: never, timeout: late } }
  never: { type: transform, params: { output: never } }
  late: { type: transform, params: { output: late } }`,
    ends: 'DONE',
  },
  {
    name: 'wait-condition-gives-up',
    types: ['wait'],
    definition: `
nodes:
  w: { type: wait, params: { type: condition, condition: 'input.n > 1', interval: 100ms, max_attempts: 3 }, next: { default: never, timeout: late } }
  never: { type: transform, params: { output: never } }
  late: { type: transform, params: { output: late } }`,
    input: { n: 1 },
    ends: 'DONE',
  },
  {
    name: 'approval-reminded-escalated-decided',
    types: ['approval'],
    definition: `
nodes:
  ask:
    type: approval
    params:
      title: 'Order {{ input.n }}'
      approvers: [role:user]
      remind: [100ms, 200ms]
      escalate: { after: 300ms, to: role:admin }
      timeout: 1h
    next: { approved: yes, rejected: no }
  yes: { type: transform, params: { output: '{{ nodes.ask.decision }}' } }
  no: { type: transform, params: { output: no } }`,
    input: { n: 7 },
    drive: async (run) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await decideOn('ask', 'approved')(run);
    },
    ends: 'DONE',
  },
  {
    name: 'email-send-without-a-mail-server',
    types: ['email.send'],
    definition: `
nodes:
  mail:
    type: email.send
    params: { to: ada@example.com, subject: Hello, text: 'Hello, {{ input.name }}' }
    catch: [{ errors: [smtp_not_configured], next: none }]
  none: { type: transform, params: { output: none } }`,
    input: { name: 'Ada' },
    ends: 'DONE',
  },
  {
    name: 'approval-deadline-decides',
    types: ['approval'],
    definition: `
nodes:
  ask: { type: approval, params: { title: Late, approvers: [role:admin], timeout: 300ms }, next: { rejected: late } }
  late: { type: transform, params: { output: '{{ nodes.ask.decision }}' } }`,
    ends: 'DONE',
  },
  {
    name: 'loop-over-items',
    types: ['loop'],
    definition: `
nodes:
  each:
    type: loop
    params: { items: '{{ input.items }}', as: n, concurrency: 2, tolerate: 1 }
    nodes:
      check: { type: condition, params: { if: 'n == 2' }, next: { 'true': bad, 'false': call } }
      bad: { type: http.request, params: { url: '<target>/status/400' } }
      call: { type: http.request, params: { url: '<target>/{{ n }}', method: POST } }
    next: end
  end: { type: transform, params: { output: '{{ size(nodes.each) }}' } }`,
    input: { items: [1, 2, 3, 4] },
    ends: 'DONE',
  },
  {
    name: 'loop-until',
    types: ['loop'],
    definition: `
nodes:
  count:
    type: loop
    params: { until: 'nodes.next >= 3', maxIterations: 10 }
    nodes: { next: { type: transform, params: { output: '{{ index + 1 }}' } } }`,
    ends: 'DONE',
  },
  {
    name: 'parallel-branches',
    types: ['parallel'],
    definition: `
nodes:
  both:
    type: parallel
    params:
      tolerate: 1
      branches:
        left: { nodes: { ask: { type: http.request, params: { url: '<target>/left', method: POST } } } }
        right: { nodes: { ask: { type: http.request, params: { url: '<target>/status/500', method: POST } } } }
    next: end
  end: { type: transform, params: { output: '{{ size(nodes.both) }}' } }`,
    ends: 'DONE',
  },
  {
    name: 'group-with-catch-and-finally',
    types: ['group'],
    definition: `
nodes:
  g:
    type: group
    nodes: { bad: { type: http.request, params: { url: '<target>/status/500' } } }
    finally: { nodes: { note: { type: log, params: { message: ended } } } }
    catch: [{ errors: ['*'], next: excuse }]
  excuse: { type: log, params: { level: error, message: '{{ error.message }}' } }`,
    ends: 'DONE',
  },
  {
    name: 'flow-waits-for-a-sub-flow',
    types: ['flow'],
    definition: `
nodes:
  sub: { type: flow, params: { flow: Replay child, input: { n: 2 } }, next: end }
  end: { type: transform, params: { output: '{{ nodes.sub }}' } }`,
    ends: 'DONE',
  },
  {
    name: 'flow-detaches',
    types: ['flow'],
    definition: `nodes: { sub: { type: flow, params: { flow: Replay child, input: { n: 2 }, mode: detach } } }`,
    ends: 'DONE',
  },
  {
    name: 'store-reads-and-writes',
    types: ['store'],
    definition: `
nodes:
  set: { type: store, params: { operation: set, key: replay/a, value: { n: 1 } }, next: add }
  add: { type: store, params: { operation: increment, key: replay/count, amount: 2 }, next: append }
  append: { type: store, params: { operation: append, key: replay/list, value: x }, next: get }
  get: { type: store, params: { operation: get, key: replay/a }, next: list }
  list: { type: store, params: { operation: list, prefix: replay/ }, next: drop }
  drop: { type: store, params: { operation: delete, key: replay/a } }`,
    ends: 'DONE',
  },
  {
    name: 'script-runs',
    types: ['script'],
    definition: `
nodes:
  s: { type: script, params: { input: '{{ input.n }}', code: 'console.log("seen", input); return { n: input * 2, r: Math.random() };' } }`,
    input: { n: 2 },
    ends: 'DONE',
  },
  {
    name: 'jsonata-queries',
    types: ['jsonata'],
    definition: `nodes: { j: { type: jsonata, params: { input: '{{ input }}', expression: '$sum(lines.price)' } } }`,
    input: { lines: [{ price: 1 }, { price: 2.5 }] },
    ends: 'DONE',
  },
  {
    name: 'log-lines',
    types: ['log'],
    definition: `nodes: { l: { type: log, params: { level: warn, message: 'Order {{ input.n }}', data: { n: '{{ input.n }}' } } } }`,
    input: { n: 7 },
    ends: 'DONE',
  },
  {
    name: 'succeed-skips',
    types: ['succeed'],
    definition: `nodes: { no: { type: succeed, params: { state: SKIP, output: { why: old } } } }`,
    ends: 'SKIP',
  },
  {
    name: 'fail-ends-the-run',
    types: ['fail'],
    definition: `nodes: { no: { type: fail, params: { code: no_order, message: 'No order {{ input.n }}' } } }`,
    input: { n: 7 },
    ends: 'FAIL',
  },
];
