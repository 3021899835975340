/** Laws of the interpreter over random graphs, answers and completion orders. */
import fc from 'fast-check';
import {
  advance,
  initialState,
  inline,
  transition,
  type Command,
  type NodePlan,
  type Plan,
  type RunEvent,
  type RunMemory,
} from '../../../../src/flow';
import { frameGraph, joinsInCycle } from '../../../../src/flow/graph';
import { callNode, planOf } from '../../../support/plans';

const ACTIONS = ['x', 'y', 'default'];
const VISITS = 6;

/** Random graphs with forks, cycles, joins of every mode and needs; those that the language refuses (J5) are left out. */
const graphs = fc
  .integer({ min: 1, max: 8 })
  .chain((size) => {
    const ids = Array.from({ length: size }, (_, index) => `n${index}`);
    const target = fc.constantFrom(...ids, 'END');
    const edges = fc.dictionary(fc.constantFrom(...ACTIONS), fc.uniqueArray(target, { minLength: 1, maxLength: 3 }), {
      maxKeys: 3,
    });
    const join = fc.constantFrom<NodePlan['join'] | 'none'>('none', 'none', 'all', 'any', 2);
    const node = fc.record({
      next: edges,
      join,
      onError: fc.constantFrom<NodePlan['onError']>('fail', 'continue', 'skip'),
      cancelLosers: fc.boolean(),
    });
    return fc
      .array(node, { minLength: size, maxLength: size })
      .map((nodes) =>
        nodes.map(({ join: mode, ...rest }, index) =>
          callNode(ids[index] ?? '', { ...rest, ...(mode === 'none' || mode === undefined ? {} : { join: mode }) }),
        ),
      );
  })
  .map((nodes) => planOf(nodes, { start: ['n0'] }))
  .filter((plan) => joinsInCycle(plan.root).length === 0);

const choices = fc.infiniteStream(fc.nat(1_000));

interface Step {
  readonly event: RunEvent;
  readonly nowMs: number;
}

/** Drives a run by a stream of numbers: which call ends next, and how. Visits are bounded so that cycles end. */
const drive = (plan: Plan, numbers: Iterator<number>, onStep: (memory: RunMemory, step: Step) => Command[]): RunMemory => {
  const memory = initialState(plan, { runId: 'run_1', workspace: 'ws', flowId: 'f', flowName: 'f', version: 1 }, inline({}), 0);
  const next = (): number => Number(numbers.next().value);
  const pending: Command[] = [];
  let nowMs = 0;
  const feed = (event: RunEvent): void => {
    for (const command of onStep(memory, { event, nowMs })) {
      if (command.type === 'call') pending.push(command);
      if (command.type === 'stopAttempt') {
        const at = pending.findIndex((call) => call.type === 'call' && call.path === command.path);
        const [call] = pending.splice(at, 1);
        if (call?.type === 'call') feed({ type: 'callStopped', path: call.path, attempt: call.attempt });
      }
    }
  };
  feed({ type: 'begin' });
  for (let steps = 0; pending.length > 0 && steps < 2_000; steps += 1) {
    nowMs += 1;
    const [call] = pending.splice(next() % pending.length, 1);
    if (call?.type !== 'call') continue;
    const { path, attempt } = call;
    const visit = Number(/#(\d+)$/.exec(path)?.[1] ?? 1);
    const dice = next() % 10;
    if (dice === 0)
      feed({ type: 'callFailed', path, attempt, failure: { code: 'boom', message: 'boom', retryable: false, nodePath: path } });
    else
      feed({
        type: 'callDone',
        path,
        attempt,
        output: inline(null),
        action: visit > VISITS ? 'none' : (ACTIONS[dice % ACTIONS.length] ?? 'x'),
      });
  }
  return memory;
};

/** Beyond VISITS a node answers an action that only `default` could take; without one its branches end. */
const withoutDefaults = (plan: Plan): Plan => ({
  ...plan,
  root: {
    ...plan.root,
    nodes: Object.fromEntries(
      Object.entries(plan.root.nodes).map(([id, node]) => [
        id,
        { ...node, onError: node.onError === 'continue' ? 'fail' : node.onError, next: renamed(node.next) },
      ]),
    ),
  },
});
const renamed = (next: NodePlan['next']): NodePlan['next'] =>
  Object.fromEntries(Object.entries(next).map(([action, targets]) => [action === 'default' ? 'z' : action, targets]));

const advanceStep =
  (plan: Plan) =>
  (memory: RunMemory, step: Step): Command[] => [...advance(plan, memory, [step.event], step.nowMs).commands];

describe('laws of the transition', () => {
  test('total: every run ends, a join never waits for a branch that cannot come', () => {
    fc.assert(
      fc.property(graphs, choices, (graph, numbers) => {
        const plan = withoutDefaults(graph);
        const memory = drive(plan, numbers[Symbol.iterator](), advanceStep(plan));
        expect(memory.phase).toBe('ended');
        expect(Object.keys(memory.runs)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('deterministic, and serialise-and-resume gives the same commands and journal', () => {
    fc.assert(
      fc.property(graphs, choices, (graph, numbers) => {
        const plan = withoutDefaults(graph);
        drive(plan, numbers[Symbol.iterator](), (memory, { event, nowMs }) => {
          const copy = JSON.parse(JSON.stringify(memory)) as RunMemory;
          const before = JSON.stringify(memory);
          const pure = transition(plan, memory, event, nowMs);
          expect(JSON.stringify(memory)).toBe(before);
          const resumed = advance(JSON.parse(JSON.stringify(plan)) as Plan, copy, [event], nowMs);
          const { commands, journal } = advance(plan, memory, [event], nowMs);
          expect(resumed).toEqual({ commands, journal });
          expect({ commands: pure.commands, journal: pure.journal }).toEqual({ commands, journal });
          expect(JSON.parse(JSON.stringify(copy))).toEqual(JSON.parse(JSON.stringify(memory)));
          return [...commands];
        });
      }),
      { numRuns: 100 },
    );
  });

  test('a terminal state absorbs every event', () => {
    const events: RunEvent[] = [
      { type: 'begin' },
      { type: 'time' },
      { type: 'hold' },
      { type: 'release' },
      { type: 'cancel' },
      { type: 'deliver', name: 'e', data: 1 },
      { type: 'callDone', path: 'n0', attempt: 1, output: inline(1) },
    ];
    fc.assert(
      fc.property(graphs, choices, fc.constantFrom(...events), (graph, numbers, event) => {
        const plan = withoutDefaults(graph);
        const memory = drive(plan, numbers[Symbol.iterator](), advanceStep(plan));
        const before = JSON.stringify(memory);
        expect(advance(plan, memory, [event], 1e9)).toEqual({ commands: [], journal: [] });
        expect(JSON.stringify(memory)).toBe(before);
      }),
      { numRuns: 100 },
    );
  });

  test('the journal is numbered without a gap, every started node run ends once, a fired join fires once', () => {
    fc.assert(
      fc.property(graphs, choices, (graph, numbers) => {
        const plan = withoutDefaults(graph);
        const entries: { seq: number; type: string; path?: string }[] = [];
        drive(plan, numbers[Symbol.iterator](), (memory, { event, nowMs }) => {
          const { commands, journal } = advance(plan, memory, [event], nowMs);
          entries.push(...journal);
          return [...commands];
        });
        expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
        const started = entries.filter((entry) => entry.type === 'node.started').map((entry) => entry.path);
        const ended = entries.filter((entry) => entry.type === 'node.ended').map((entry) => entry.path);
        expect(new Set(ended).size).toBe(ended.length);
        expect(ended).toEqual(expect.arrayContaining([...new Set(started)]));
        expect(frameGraph(plan.root).joins.size).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 100 },
    );
  });
});
