import { stringify } from '../expr/globals';
import type { Json } from '../json';
import type { Value } from '../value';
import { nodePlanOf, type Machine } from './machine';
import { evaluate, type Evaluated } from './scope';
import type { NodeRun } from './state';

/** The answer of `ask`: a value, or nothing yet because an activity evaluates it and the node starts again then. */
export type Answer = { readonly ready: true; readonly value: Value } | { readonly ready: false };

/**
 * Evaluates for a node run, here or in an activity (X6). Asked again with the same purpose it gives the same answer,
 * so that a node's start can simply run again from the top.
 */
export const ask = (machine: Machine, run: NodeRun, purpose: string, what: Evaluated): Answer => {
  const known = run.evaluated?.[purpose];
  if (known !== undefined) return { ready: true, value: known };
  const evaluation = evaluate(machine, run, what);
  if (evaluation.here) {
    // Kept while the node may start again, so that uuid() and now() keep their values.
    if (what.kind === 'template') (run.evaluated ??= {})[purpose] = evaluation.value;
    return { ready: true, value: evaluation.value };
  }
  run.busy = 'evaluate';
  const reads = nodePlanOf(machine, run).reads ?? [];
  machine.commands.push({
    type: 'evaluate',
    path: run.path,
    attempt: run.attempt,
    purpose,
    kind: what.kind,
    source: what.source,
    scope: evaluation.scope,
    reads: purpose === 'output' ? reads : [],
  });
  return { ready: false };
};

/** Takes an answer that is not asked for again: a loop or a wait asks thousands of times. */
export const askOnce = (machine: Machine, run: NodeRun, purpose: string, what: Evaluated): Answer => {
  const answer = ask(machine, run, purpose, what);
  if (answer.ready) delete run.evaluated?.[purpose];
  return answer;
};

/** A value inside a list or object that the workflow builds: a claim stays a claim. */
export const jsonOf = (value: Value): Json => (value.kind === 'inline' ? value.value : { artifact: { ...value.ref } });

/** A value where text is needed: other JSON as its text. */
export const textOf = (value: Value): string => {
  const json = jsonOf(value);
  return typeof json === 'string' ? json : stringify(json);
};
