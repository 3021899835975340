/** What each operation does when its node starts: outputs, routes, lines of the log, durations, ends. */
import { inline, type Json, type Operation, type Route } from '../../../../src/flow';
import { callNode, opNode, planOf } from '../../../support/plans';
import { simulate, type Simulation } from '../../../support/simulate';

const ended = (...given: Parameters<typeof simulate>): Simulation => {
  const simulation = simulate(...given);
  simulation.settle();
  return simulation;
};
const one = (op: Operation, input: Json = {}): Simulation => ended(planOf([opNode('a', op)]), undefined, input);
/** The same operation behind a node whose output it reads through a claim. */
const behindClaim = (op: Operation, output: Json): Simulation =>
  ended(planOf([callNode('big', { next: { default: ['a'] } }), opNode('a', op)], { start: ['big'] }), () => ({
    output,
    claimed: true,
  }));
const failureOf = ({ memory }: Simulation) => memory.outcome?.failure;

describe('routes', () => {
  const actionOf = (route: Route, input: Json) => one({ kind: 'value', route }, input).memory.summaries['a']?.action;
  const rules = (all: boolean): Route => ({
    kind: 'rules',
    rules: [
      { if: 'input.n > 1', action: 'one' },
      { if: 'input.n > 2', action: 'two' },
    ],
    otherwise: 'none',
    ...(all ? { all } : {}),
  });

  test('rules: the first that is true, or all of them, else otherwise', () => {
    expect([0, 2, 3].map((n) => actionOf(rules(false), { n }))).toEqual(['none', 'one', 'one']);
    expect([0, 2, 3].map((n) => actionOf(rules(true), { n }))).toEqual(['none', 'one', 'one,two']);
  });

  test('boolean: only true is true', () => {
    const route: Route = { kind: 'boolean', if: 'input.n' };
    expect([true, false, 'true', 1].map((n) => actionOf(route, { n }))).toEqual(['true', 'false', 'false', 'false']);
  });

  test('switch: text as it is, other values as their JSON; members that every object has are no cases', () => {
    const route: Route = {
      kind: 'switch',
      on: 'input.n',
      cases: { x: 'left', '7': 'seven', null: 'nothing' },
      otherwise: 'other',
    };
    expect(['x', 7, null, 'constructor', { x: 1 }].map((n) => actionOf(route, { n }))).toEqual([
      'left',
      'seven',
      'nothing',
      'other',
      'other',
    ]);
  });

  test.each<[string, Operation]>([
    [
      'rules',
      {
        kind: 'value',
        output: 1,
        route: { kind: 'rules', rules: [{ if: 'size(nodes.big.rows) == 2', action: 'yes' }], otherwise: 'no' },
      },
    ],
    ['boolean', { kind: 'value', output: 1, route: { kind: 'boolean', if: 'size(nodes.big.rows) == 2' } }],
    [
      'switch',
      { kind: 'value', output: 1, route: { kind: 'switch', on: 'size(nodes.big.rows)', cases: { '2': 'two' }, otherwise: 'no' } },
    ],
  ])('%s may read what lies behind a claim', (_name, op) => {
    expect(behindClaim(op, { rows: [1, 2] }).memory.summaries['a']?.action).toMatch(/^(yes|true|two)$/);
  });
});

describe('lines of the log', () => {
  const lineOf = (log: { level: Json; message: Json; data?: Json }, input: Json = {}) =>
    one({ kind: 'value', log }, input).journal.find(({ type }) => type === 'node.ended');

  test('level, message and data are templates; an unknown level is info', () => {
    expect(
      lineOf({ level: '{{ input.l }}', message: 'n={{ input.n }}', data: { n: '{{ input.n }}' } }, { l: 'warn', n: 3 }),
    ).toMatchObject({
      level: 'warn',
      message: 'n=3',
      data: { n: 3 },
    });
    expect(lineOf({ level: 'loud', message: { a: 1 } })).toMatchObject({ level: 'info', message: '{"a":1}' });
  });

  test('a long message is cut', () => {
    expect(lineOf({ level: 'info', message: '{{ input.text }}' }, { text: 'x'.repeat(20_000) })?.message.length).toBeLessThan(
      9_000,
    );
  });

  test('they may read what lies behind a claim', () => {
    const simulation = behindClaim(
      { kind: 'value', log: { level: 'info', message: '{{ size(nodes.big.rows) }}', data: '{{ nodes.big.rows }}' } },
      { rows: [1, 2] },
    );
    expect(simulation.journal.find(({ type, path }) => type === 'node.ended' && path === 'a')).toMatchObject({
      message: '2',
      data: [1, 2],
    });
  });
});

describe('durations and times', () => {
  test.each<[Json, number]>([
    [250, 250],
    ['2s', 2_000],
    ['{{ input.n }}', 1_500],
    ['{{ "3s" }}', 3_000],
  ])('a delay of %p takes %d ms', (duration, ms) => {
    expect(one({ kind: 'delay', duration }, { n: 1.5 }).nowMs - 1_000).toBe(ms);
  });

  test.each<[Operation]>([
    [{ kind: 'delay', duration: 'soon' }],
    [{ kind: 'delay', duration: '{{ true }}' }],
    [{ kind: 'delay', duration: '{{ 1e12 }}' }],
    [{ kind: 'waitUntil', until: 'tomorrow' }],
    [{ kind: 'waitUntil', until: '9999-01-01T00:00:00Z' }],
    [{ kind: 'waitEvent', event: 'e', timeout: 'never' }],
    [{ kind: 'waitCondition', if: 'false', intervalMs: 10, maxAttempts: 2, timeout: '{{ null }}' }],
  ])('%j is refused, and says what is wanted', (op) => {
    expect(failureOf(one(op))).toMatchObject({
      code: 'invalid_params',
      nodePath: 'a',
      message: expect.stringContaining('must be') as string,
    });
  });

  test('a time that has passed is no wait', () => {
    const simulation = one({ kind: 'waitUntil', until: '{{ input.at }}' }, { at: '1970-01-01T00:00:00Z' });
    expect(simulation.memory.outcome?.state).toBe('DONE');
    expect(simulation.nowMs).toBe(1_000);
  });

  test.each<[Operation]>([
    [{ kind: 'delay', duration: '{{ nodes.big.text }}' }],
    [{ kind: 'waitUntil', until: '{{ nodes.big.at }}' }],
    [{ kind: 'waitEvent', event: 'e', key: '{{ nodes.big.text }}', timeout: '{{ nodes.big.text }}' }],
    [{ kind: 'waitCondition', if: 'nodes.big.text == "1s"', intervalMs: 10, maxAttempts: 2, timeout: '{{ nodes.big.text }}' }],
  ])('%j reads what lies behind a claim', (op) => {
    const simulation = behindClaim(op, { text: '1s', at: '1970-01-01T00:00:05Z' });
    expect(simulation.commands.some(({ type }) => type === 'evaluate')).toBe(true);
    expect(failureOf(simulation)?.code ?? 'wait_timeout').toBe('wait_timeout');
  });
});

describe('ends', () => {
  test('succeed passes on what came before it, or gives its own output, as SKIP, too', () => {
    const passing = ended(
      planOf([callNode('b', { next: { default: ['a'] } }), opNode('a', { kind: 'succeed', state: 'SKIP' })], { start: ['b'] }),
      () => ({ output: 5 }),
    );
    expect(passing.memory.outcome).toEqual({ state: 'SKIP', output: inline(5) });
    expect(one({ kind: 'succeed', state: 'DONE' }).memory.outcome).toEqual({ state: 'DONE', output: inline(null) });
  });

  test('succeed and fail may read what lies behind a claim', () => {
    expect(
      behindClaim({ kind: 'succeed', state: 'DONE', output: '{{ nodes.big.text }}' }, { text: 'yes' }).memory.outcome,
    ).toMatchObject({ output: inline('yes') });
    const failed = behindClaim({ kind: 'fail', code: '{{ nodes.big.text }}', message: '{{ nodes.big.text }}' }, { text: 'no' });
    expect(failureOf(failed)).toMatchObject({ code: 'no', message: 'no' });
  });

  test('a faulty expression fails the node, wherever it stands', () => {
    const bad = '{{ input.none }}';
    const faulty: Operation[] = [
      { kind: 'value', output: bad },
      { kind: 'value', route: { kind: 'boolean', if: 'input.none' } },
      { kind: 'value', log: { level: 'info', message: bad } },
      { kind: 'delay', duration: bad },
      { kind: 'waitEvent', event: 'e', key: bad },
      { kind: 'flow', flow: bad, input: {}, mode: 'wait' },
      { kind: 'succeed', state: 'DONE', output: bad },
      { kind: 'fail', code: 'c', message: bad },
      { kind: 'call', activity: 'webhook', params: { url: bad } },
    ];
    for (const op of faulty) expect(failureOf(one(op))).toMatchObject({ code: 'expression_error', nodePath: 'a' });
  });

  test('when is asked first: false filters, a fault fails, a claim is read', () => {
    const filtered = ended(planOf([callNode('a', { when: 'size(input.rows) > 1' })]), undefined, { rows: [] });
    expect(filtered.memory.outcome?.state).toBe('FILTERED');
    const plan = planOf([callNode('big', { next: { default: ['a'] } }), callNode('a', { when: 'size(nodes.big.rows) > 1' })], {
      start: ['big'],
    });
    expect(ended(plan, () => ({ output: { rows: [1] }, claimed: true })).memory.summaries['a']?.state).toBe('FILTERED');
    expect(failureOf(ended(plan, () => ({ output: { none: 1 }, claimed: true })))).toMatchObject({
      code: 'expression_error',
      nodePath: 'a',
    });
  });
});

describe('calls', () => {
  test('code is never templated; params that need a claim travel as their source', () => {
    const op: Operation = {
      kind: 'call',
      activity: 'script',
      params: { code: 'return "{{ x }}"', input: '{{ 1 + 1 }}' },
      rawParams: ['code'],
    };
    expect(one(op).commands[0]).toMatchObject({ params: { kind: 'resolved', value: { code: 'return "{{ x }}"', input: 2 } } });
    const claimed = behindClaim({ ...op, params: { code: '{{ y }}', input: '{{ nodes.big.rows }}' } }, { rows: [1] });
    expect(claimed.commands.at(-1)).toMatchObject({
      params: { kind: 'source', template: { input: '{{ nodes.big.rows }}' }, raw: { code: '{{ y }}' } },
    });
  });

  test('a local call is a regular one beside something slow', () => {
    const beside: Operation[] = [
      { kind: 'delay', duration: 1_000 },
      { kind: 'waitEvent', event: 'e' },
      { kind: 'flow', flow: 'other', input: {}, mode: 'wait' },
      { kind: 'call', activity: 'webhook', params: {} },
    ];
    for (const op of beside) {
      const slow = op.kind === 'call' ? callNode('slow') : opNode('slow', op);
      const { commands } = simulate(planOf([slow, callNode('a', { execution: 'local' })]));
      expect(commands.find((each) => each.type === 'call' && each.path === 'a')).toMatchObject({ mode: 'activity' });
    }
    expect(simulate(planOf([callNode('a', { execution: 'local' })])).commands).toMatchObject([{ mode: 'local' }]);
  });
});

test('params that are no object go as they are; the line that a call gives is the node’s', () => {
  expect(one({ kind: 'call', activity: 'webhook', params: '{{ input.n }}' }, { n: 3 }).commands[0]).toMatchObject({
    params: { kind: 'resolved', value: 3 },
  });
  const simulation = simulate(planOf([callNode('a')]));
  const log = { level: 'info', message: 'HTTP request successful', data: { status_code: 200 } } as const;
  simulation.send({ type: 'callDone', path: 'a', attempt: 1, output: inline(1), log });
  expect(simulation.journal.find(({ type }) => type === 'node.ended')).toMatchObject(log);
});
