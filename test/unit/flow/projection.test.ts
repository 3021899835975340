import fc from 'fast-check';
import {
  isTerminalRunState,
  mergeHeadChanges,
  projectEntries,
  type HeadChange,
  type JournalEntry,
  type Plan,
} from '../../../src/flow';
import { callNode, frameOf, opNode, planOf } from '../../support/plans';
import { simulate, type Answer } from '../../support/simulate';

const retry = { maxAttempts: 3, kind: 'fixed', delayMs: 10, backoff: 1, maxDelayMs: 10, jitter: 0 } as const;
const body = frameOf([callNode('b', { next: { default: ['c'] }, retry, onError: 'skip' }), callNode('c', { onError: 'skip' })]);
/** A loop with concurrent iterations, retries, a cycle, a wait: every kind of node event. */
const plan: Plan = planOf(
  [
    callNode('a', { name: 'First', next: { again: ['a'], default: ['each', 'side'] } }),
    opNode('each', { kind: 'loop', items: [1, 2, 3, 4], as: 'n', concurrency: 2, tolerate: 4, maxIterations: 10, body }),
    callNode('side', { next: { default: ['w'] }, onError: 'continue' }),
    opNode('w', { kind: 'waitEvent', event: 'pay', timeout: 1000 }, { onError: 'skip' }),
  ],
  { start: ['a'] },
);

const anAnswer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom<Answer>({}, { action: 'again' }, { output: 1 }),
  fc.constant<Answer>({ failure: { code: 'boom', retryable: true } }),
);
/** A run with random answers in random order, stopped after some steps. */
const aRun = fc.record({
  answers: fc.array(anAnswer, { minLength: 1, maxLength: 8 }),
  picks: fc.array(fc.nat(50), { minLength: 1, maxLength: 8 }),
  hold: fc.boolean(),
});
type RunChoice = typeof aRun extends fc.Arbitrary<infer T> ? T : never;

const play = ({ answers, picks, hold }: RunChoice) => {
  let calls = 0;
  let turns = 0;
  const simulation = simulate(plan, (path) => {
    calls += 1;
    // The cycle of `a` must end.
    return path.startsWith('a#3') ? {} : (answers[calls % answers.length] ?? {});
  });
  if (hold) simulation.send({ type: 'hold', by: 'me' }, { type: 'release', by: 'me' });
  simulation.settle((pending) => {
    turns += 1;
    return (picks[turns % picks.length] ?? 0) % Math.max(1, pending.length);
  });
  return simulation;
};

const inPieces = (entries: readonly JournalEntry[], cuts: readonly number[]): HeadChange => {
  const places = [0, ...cuts.map((cut) => cut % (entries.length + 1)), entries.length].sort((a, b) => a - b);
  return places
    .slice(1)
    .map((to, at) => projectEntries(entries.slice(places[at], to)))
    .reduce(mergeHeadChanges, {});
};

describe('projectEntries', () => {
  test('law: the projected nodes are the summaries that the run itself keeps', () => {
    fc.assert(
      fc.property(aRun, (choice) => {
        const { memory, journal } = play(choice);
        const { nodes = {} } = projectEntries(journal);
        // READY is not an event: the projection shows a node from its start on.
        const begun = Object.entries(memory.summaries).filter(([, summary]) => summary.state !== 'READY');
        for (const [site, summary] of begun) expect(Object.getOwnPropertyDescriptor(nodes, site)?.value).toEqual(summary);
      }),
      { numRuns: 60 },
    );
  });

  test('law: applied in pieces it gives the same head as at once', () => {
    fc.assert(
      fc.property(aRun, fc.array(fc.nat(500), { maxLength: 6 }), (choice, cuts) => {
        const { journal } = play(choice);
        expect(inPieces(journal, cuts)).toEqual(projectEntries(journal));
      }),
      { numRuns: 60 },
    );
  });

  test('law: applying a piece again changes nothing', () => {
    fc.assert(
      fc.property(aRun, fc.nat(500), (choice, cut) => {
        const { journal } = play(choice);
        const tail = projectEntries(journal.slice(cut % (journal.length + 1)));
        const whole = projectEntries(journal);
        expect(mergeHeadChanges(whole, tail)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test('law: the projection never ends a run (P2)', () => {
    fc.assert(
      fc.property(aRun, (choice) => {
        const { journal } = play(choice);
        for (let to = 0; to <= journal.length; to += 1) {
          const { state } = projectEntries(journal.slice(0, to));
          expect(state === undefined || !isTerminalRunState(state)).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('node runs of a place are counted once each, also side by side', () => {
    const { nodes = {} } = projectEntries(play({ answers: [{}], picks: [1], hold: false }).journal);
    const runs = (site: string): unknown => nodes[site]?.runs;
    expect([runs('a'), runs('each'), runs('each/b'), runs('each/c')]).toEqual([1, 1, 4, 4]);
  });

  test('the start, the state and what is waited for become head members', () => {
    const { journal } = simulate(plan);
    expect(projectEntries(journal)).toMatchObject({ state: 'RUN', startedAt: new Date(1_000), seq: journal.length });
    const waiting: JournalEntry = {
      seq: 9,
      at: 5,
      type: 'run.state',
      level: 'debug',
      message: '',
      state: 'WAIT',
      waitingFor: ['event:pay'],
    };
    expect(projectEntries([waiting])).toEqual({ seq: 9, state: 'WAIT', waitingFor: ['event:pay'] });
    expect(projectEntries([])).toEqual({});
  });

  test('a node may be called like a member of every object', () => {
    const entry = (node: string): JournalEntry => ({
      seq: 1,
      at: 5,
      type: 'node.started',
      level: 'debug',
      message: '',
      state: 'RUN',
      node,
      path: node,
      nodeType: 'log',
      nodeRunId: 'nrun_1',
    });
    const names = ['__proto__', 'constructor', 'toString'];
    const { nodes = {} } = projectEntries(names.map(entry));
    expect(Object.keys(nodes)).toEqual(names);
    expect(Object.keys(mergeHeadChanges({ nodes }, projectEntries([entry('a')])).nodes ?? {})).toEqual([...names, 'a']);
  });
});
