import { expressionReferences, evaluateExpression, resolveTemplate, templateReferences, type Reference } from '../expr';
import { hasOwn } from '../expr/globals';
import { stableUuid } from '../hash';
import type { Json, JsonObject } from '../json';
import { LIMITS } from '../limits';
import type { NodePlan } from '../plan';
import { inline, type JsonPath, type Value } from '../value';
import type { EvaluationScope } from './command';
import { splitParams } from './call-params';
import { ROOT_FRAME } from './paths';
import type { Machine } from './machine';
import { spendBudget } from './meter';
import { covers, knownPart, neededPart, toScope } from './scope-values';
import type { FrameState, NodeRun, RunMemory } from './state';

interface Read {
  readonly root: string;
  readonly path: JsonPath;
}

/** `trigger.body.x` and `prev.args.x` are reads of the input; `prev.<ref>` is a read of that node, all of `prev` one of both. */
const toReads = ({ root, path }: Reference): Read[] => {
  const [first, ...rest] = path;
  if (root === 'trigger') return [{ root: 'input', path: first === 'body' ? rest : [] }];
  if (root !== 'prev') return [{ root, path }];
  if (first === 'args') return [{ root: 'input', path: rest }];
  return first === undefined
    ? [
        { root: 'nodes', path },
        { root: 'input', path },
      ]
    : [{ root: 'nodes', path }];
};

/** Where names are looked up: the frame of the node run and those around it. The run itself has only the root frame. */
const framesAround = (state: RunMemory, path: string | undefined): FrameState[] => {
  const frames: FrameState[] = [];
  for (let frame = state.frames[path ?? '']; frame !== undefined;) {
    frames.push(frame);
    frame = frame.parent === undefined ? undefined : state.frames[frame.parent];
  }
  return frames;
};

const runRoot = (state: RunMemory): JsonObject => ({
  id: state.facts.runId,
  flow: { id: state.facts.flowId, name: state.facts.flowName },
  version: state.facts.version,
  workspace: state.facts.workspace,
  startedAt: new Date(state.startedAt).toISOString(),
  // Known to what runs after the main part.
  ...(state.outcome === undefined ? {} : { state: state.outcome.state }),
});

const localOf = (frames: readonly FrameState[], name: string): Json | undefined =>
  frames.find((frame) => hasOwn(frame.locals, name))?.locals[name];
const nodeOf = (frames: readonly FrameState[], id: string): Value | undefined =>
  frames.find((frame) => hasOwn(frame.outputs, id))?.outputs[id];

/** How nodes ended, those of inner frames before those around them. */
const statesIn = (frames: readonly FrameState[]): JsonObject =>
  Object.fromEntries(frames.toReversed().flatMap(({ states = {} }) => Object.entries(states)));

const rootValue = (machine: Machine, frames: readonly FrameState[], root: string): Value | undefined => {
  const { state } = machine;
  const local = localOf(frames, root);
  if (local !== undefined) return inline(local);
  if (root === 'input') return state.input;
  if (root === 'vars') return inline(machine.plan.vars ?? {});
  if (root === 'run') return inline(runRoot(state));
  if (root === 'states') return inline(statesIn(frames));
  if (root !== 'error') return undefined;
  // When the main part is over, its error is the one that ended it, not one that a node went on from.
  const own = state.outcome === undefined ? frames : frames.filter(({ path }) => path !== ROOT_FRAME);
  const failure = own.find((frame) => frame.error !== undefined)?.error ?? state.outcome?.failure;
  if (failure === undefined) return undefined;
  const { code, message, status, nodePath } = failure;
  return inline({ code, message, nodePath, ...(status === undefined ? {} : { status }) });
};

interface Gathered {
  readonly values: Record<string, Value>;
  readonly nodes: Record<string, Value>;
  readonly covered: boolean;
}

/** The values that these references read, and whether the workflow holds all of them (X6). */
const gather = (machine: Machine, frames: readonly FrameState[], references: readonly Reference[]): Gathered => {
  const values: Record<string, Value> = {};
  const nodes: Record<string, Value> = {};
  let covered = true;
  for (const { root, path } of references.flatMap(toReads)) {
    // X14: no secret is ever here; the activity that uses it opens it.
    if (root === 'secrets') covered = false;
    else if (root !== 'nodes') {
      const value = rootValue(machine, frames, root);
      if (value === undefined) continue;
      values[root] = value;
      covered &&= covers(value, path);
    } else {
      const ids = path[0] === undefined ? [...new Set(frames.flatMap((frame) => Object.keys(frame.outputs)))] : [String(path[0])];
      for (const id of ids) {
        const value = nodeOf(frames, id);
        if (value === undefined) continue;
        nodes[id] = value;
        covered &&= covers(value, path.slice(1));
      }
    }
  }
  return { values, nodes, covered };
};

/** Of what was gathered, the parts that the references read. */
const sentParts = ({ values, nodes }: Gathered, references: readonly Reference[]): Pick<Gathered, 'values' | 'nodes'> => {
  const reads = references.flatMap(toReads);
  const partsOf = (all: Gathered['values'], pathsOf: (name: string) => readonly JsonPath[]): Record<string, Value> =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, neededPart(value, pathsOf(name))]));
  const nodeReads = reads.filter(({ root }) => root === 'nodes');
  return {
    values: partsOf(values, (name) => reads.filter(({ root }) => root === name).map(({ path }) => path)),
    nodes: partsOf(nodes, (id) =>
      nodeReads.filter(({ path: [first] }) => first === undefined || String(first) === id).map(({ path }) => path.slice(1)),
    ),
  };
};

export type Evaluation =
  | { readonly here: true; readonly value: Value }
  /** Needs values behind claims: to be evaluated in an activity. */
  | { readonly here: false; readonly scope: EvaluationScope };

export type Evaluated = (
  { readonly kind: 'template'; readonly source: Json } | { readonly kind: 'expression'; readonly source: string }
) & {
  /** Where names are looked up, when not in the node run's own frame (a loop's `until` sees the iteration). */
  readonly frame?: string;
  /** Names that win over all frames, e.g. `index` of a loop's `while`. */
  readonly locals?: Readonly<Record<string, Json>>;
};

/**
 * Evaluates in the workflow, or says what an activity needs for it. Throws RepriseError (`expression_error`,
 * `expression_too_costly`). A `run` of undefined is the run itself (its output).
 */
export const evaluate = (machine: Machine, run: NodeRun | undefined, what: Evaluated): Evaluation => {
  const references = what.kind === 'template' ? templateReferences(what.source) : expressionReferences(what.source);
  const frames = framesAround(machine.state, what.frame ?? run?.frame);
  const gathered = gather(machine, frames, references);
  const locals = Object.entries(what.locals ?? {}).map(([name, local]) => [name, inline(local)] as const);
  const seed = `${machine.state.facts.runId}|${run?.path ?? ''}`;
  if (!gathered.covered) {
    const { values, nodes } = sentParts(gathered, references);
    for (const [name, local] of locals) values[name] = local;
    return { here: false, scope: { values, nodes, nowMs: machine.nowMs, uuidSeed: `${seed}|${run?.uuids ?? 0}` } };
  }
  let uuids = run?.uuids ?? 0;
  const uuid = (): string => {
    const id = stableUuid(`${seed}|${uuids}`);
    uuids += 1;
    if (run !== undefined) run.uuids = uuids;
    return id;
  };
  for (const [name, local] of locals) gathered.values[name] = local;
  const scope = toScope(gathered, knownPart);
  const value = spendBudget(machine, LIMITS.expressionCost, (meter) => {
    const context = { nowMs: machine.nowMs, uuid, meter };
    return what.kind === 'template'
      ? resolveTemplate(what.source, scope, context)
      : evaluateExpression(what.source, scope, context);
  });
  return { here: true, value: inline(value) };
};

/** The values an undo will read, taken when its node completed: a loop body is gone by then. */
export const undoValues = (
  machine: Machine,
  run: NodeRun,
  undo: NodePlan,
): { nodes: Record<string, Value>; locals: Record<string, Json> } => {
  const frames = framesAround(machine.state, run.frame);
  const references = undo.op.kind === 'call' ? templateReferences(splitParams(undo.op).template) : [];
  const { nodes } = gather(machine, frames, references);
  const locals: Record<string, Json> = {};
  for (const { root } of references) {
    const local = localOf(frames, root);
    if (local !== undefined) locals[root] = local;
  }
  return { nodes, locals };
};
