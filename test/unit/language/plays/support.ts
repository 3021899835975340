import type { Issue, Json, JsonObject, NodeSummary, Plan } from '../../../../src/flow';
import { compileDefinition } from '../../../../src/language';
import { simulate, type Answers, type Simulation } from '../../../support/simulate';

export const aLayer = (ref: string, index: number, more: JsonObject = {}): JsonObject => ({
  ref,
  index,
  appId: 'var',
  args: { values: { ref } },
  ...more,
});
/** A layer whose work is done outside, so that the test says how it ends. */
export const aCall = (ref: string, index: number, more: JsonObject = {}): JsonObject =>
  aLayer(ref, index, { appId: 'kv-get', args: { key: ref }, ...more });

export const compilePlays = (layers: readonly Json[], more: JsonObject = {}) =>
  compileDefinition(JSON.stringify({ name: 'Test', layers: [...layers], ...more }, null, 2));

export const planOf = (layers: readonly Json[], more: JsonObject = {}): Plan => {
  const compiled = compilePlays(layers, more);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues, null, 2));
  return compiled.plan;
};
export const issuesOf = (layers: readonly Json[], more: JsonObject = {}): readonly Issue[] => {
  const compiled = compilePlays(layers, more);
  return compiled.ok ? [] : compiled.issues;
};

export interface Played extends Simulation {
  readonly outputs: Readonly<Record<string, Json>>;
  readonly states: Readonly<Record<string, NodeSummary['state']>>;
  /** How the play ended, or what it shows. */
  readonly state: string;
}

const rendered = (simulation: Simulation): Played => {
  const { memory } = simulation;
  const values = Object.entries(memory.frames['']?.outputs ?? {});
  const outputs = Object.fromEntries(
    values.map(([ref, value]) => [ref, value.kind === 'inline' ? value.value : { claim: true }] as const),
  );
  const states = Object.fromEntries(Object.entries(memory.summaries).map(([site, { state }]) => [site, state]));
  return Object.assign(simulation, { outputs, states, state: memory.outcome?.state ?? memory.shown.split('|')[0] ?? '' });
};

/** Plays the layers to their end. */
export const play = (
  layers: readonly Json[],
  how: { readonly args?: Json; readonly answers?: Answers; readonly more?: JsonObject; readonly pause?: true } = {},
): Played => {
  const simulation = simulate(planOf(layers, how.more), how.answers, how.args ?? {});
  if (how.pause !== true) simulation.settle();
  return rendered(simulation);
};

/** What an expression in braces gives, for these args of the play. */
export const valueOf = (text: string, args: Json = {}): Json | undefined => {
  const { outputs } = play([aLayer('x', 0, { args: { values: { value: text } } })], { args });
  return (outputs['x'] as JsonObject | undefined)?.['value'];
};

/** The layers at these paths fail whenever they are tried, or all when none is named; the others are DONE. */
export const failing =
  (...paths: readonly string[]): Answers =>
  (path) =>
    paths.length === 0 || paths.includes(path) ? { failure: { code: 'boom' } } : { output: null };

export const messagesOf = ({ journal }: Simulation, path: string): string[] =>
  journal.filter((entry) => entry.path === path).map((entry) => entry.message);
