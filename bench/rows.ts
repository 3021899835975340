/** What is compared, and what it must reach. */
import { activityFlow, getFlow, loopFlow, mixedFlow, pureFlow } from './flows';
import type { Plan, Work } from './measure';
import type { Setting } from './setting';

export type Target =
  /** a takes at most `most` times as long as b. */
  | { readonly kind: 'ratio'; readonly most: number }
  /** a is at least `least` times as fast as b. */
  | { readonly kind: 'speed'; readonly least: number }
  | { readonly kind: 'inform' };

export interface Row {
  readonly name: string;
  readonly a: string;
  readonly b: string;
  readonly target: Target;
  /** Servers on which the target holds; on the others the row informs. */
  readonly gates: readonly ('stock' | 'tuned')[];
  readonly plan: Plan;
  readonly sides: (setting: Setting) => Promise<{ readonly a: Work; readonly b: Work }>;
}

const STEPS = 40;
const INPUT = { count: 1 };
const QUICK: Plan = { rounds: 7, calls: 10, warmUp: 20 };
const LONG: Plan = { rounds: 5, calls: 3, warmUp: 3 };
const BOTH = ['stock', 'tuned'] as const;

const runOf = async ({ ours }: Setting, definition: string, input: object = INPUT): Promise<Work> => {
  const flow = await ours.save(definition);
  return () => ours.run(flow, input);
};

export const ROWS: readonly Row[] = [
  {
    name: 'one-node',
    a: '1 pure node, HTTP request to result',
    b: 'empty workflow by the SDK client',
    target: { kind: 'ratio', most: 1.25 },
    gates: BOTH,
    plan: QUICK,
    sides: async (setting) => ({
      a: await runOf(setting, pureFlow(1)),
      b: () => setting.hand.execute('empty', []),
    }),
  },
  {
    name: 'pure-nodes',
    a: `${STEPS} pure nodes`,
    b: 'our 1 pure node',
    target: { kind: 'ratio', most: 1.3 },
    gates: BOTH,
    plan: QUICK,
    sides: async (setting) => ({ a: await runOf(setting, pureFlow(STEPS)), b: await runOf(setting, pureFlow(1)) }),
  },
  {
    name: 'pure-steps',
    a: `${STEPS} pure nodes`,
    b: `hand-written: ${STEPS} activities that compute the same`,
    target: { kind: 'inform' },
    gates: [],
    plan: LONG,
    sides: async (setting) => ({
      a: await runOf(setting, pureFlow(STEPS)),
      b: () => setting.hand.execute('computeInSequence', [1, STEPS]),
    }),
  },
  {
    name: 'gets',
    a: `${STEPS} GETs in sequence`,
    b: `hand-written: ${STEPS} activities`,
    target: { kind: 'speed', least: 3 },
    gates: ['tuned'],
    plan: LONG,
    sides: async (setting) => ({
      a: await runOf(setting, getFlow(STEPS, setting.url)),
      b: () => setting.hand.execute('getInSequence', [setting.url, STEPS]),
    }),
  },
  {
    name: 'gets-local',
    a: `${STEPS} GETs in sequence`,
    b: `hand-written: ${STEPS} local activities`,
    target: { kind: 'inform' },
    gates: [],
    plan: LONG,
    sides: async (setting) => ({
      a: await runOf(setting, getFlow(STEPS, setting.url)),
      b: () => setting.hand.execute('getInSequenceLocally', [setting.url, STEPS]),
    }),
  },
  {
    name: 'activities',
    a: `${STEPS} GETs, each forced to be an activity`,
    b: `hand-written: ${STEPS} activities`,
    target: { kind: 'speed', least: 0.95 },
    gates: BOTH,
    plan: { rounds: 5, calls: 4, warmUp: 3 },
    sides: async (setting) => ({
      a: await runOf(setting, activityFlow(STEPS, setting.url)),
      b: () => setting.hand.execute('getInSequence', [setting.url, STEPS]),
    }),
  },
  {
    name: 'mixed',
    a: '10 mixed nodes (7 pure, 2 GETs, 1 activity)',
    b: 'hand-written: 10 activities',
    target: { kind: 'inform' },
    gates: [],
    plan: LONG,
    sides: async (setting) => ({
      a: await runOf(setting, mixedFlow(setting.url)),
      b: () => setting.hand.execute('mixed', [setting.url, 1]),
    }),
  },
  {
    name: 'loop',
    a: 'loop of 1,000 pure items',
    b: 'our 1 pure node',
    target: { kind: 'inform' },
    gates: [],
    plan: LONG,
    sides: async (setting) => ({
      a: await runOf(setting, loopFlow(), { items: Array.from({ length: 1_000 }, (_, n) => n) }),
      b: await runOf(setting, pureFlow(1)),
    }),
  },
];
