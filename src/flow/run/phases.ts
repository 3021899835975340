import type { Json } from '../json';
import { LIMITS } from '../limits';
import { inline, type Value } from '../value';
import { isTerminalRunState } from '../words';
import { failureOf, outputTooLarge } from './failures';
import { frameOf, record, type Machine } from './machine';
import { COMPENSATE_FRAME, FINALLY_FRAME, ROOT_FRAME, RUN_OUTPUT } from './paths';
import { evaluate } from './scope';
import type { FrameState, Outcome } from './state';
import { closeFrame, createRun, heldSize, openFrame, rootProducer } from './tokens';
import { takeUndo, undoPath } from './undo';

/**
 * After the main part: output → compensation (FAIL, CANCELLED) → finally → ended. A hold stops between the parts (X11).
 */
export const advancePhase = (machine: Machine): void => {
  const { state } = machine;
  if (state.held !== undefined || state.busy === true) return;
  if (state.phase === 'main' && state.frames[ROOT_FRAME]?.ended === true) {
    state.outcome = outcomeOf(machine, frameOf(machine, ROOT_FRAME));
    state.phase = 'output';
    state.mainRuns = state.counts.nodeRuns;
  }
  if (state.phase === 'output' && takeOutput(machine)) state.phase = 'compensate';
  if (state.phase === 'compensate' && !compensateNext(machine)) {
    state.phase = 'finally';
    if (machine.plan.finally !== undefined) openFrame(machine, { path: FINALLY_FRAME, site: FINALLY_FRAME, parent: ROOT_FRAME });
  }
  if (state.phase === 'finally' && (machine.plan.finally === undefined || state.frames[FINALLY_FRAME]?.ended === true))
    end(machine);
};

/** FILTERED when every node was filtered, else SKIP when none is DONE (design §3 Ends). */
const outcomeOf = (machine: Machine, root: FrameState): Outcome => {
  const { stop } = root;
  const { counts, cancelling } = machine.state;
  if (stop?.kind === 'failed') return { state: 'FAIL', failure: stop.failure };
  if (stop?.kind === 'cancelled' || (stop === undefined && cancelling !== undefined)) return { state: 'CANCELLED' };
  if (stop?.kind === 'ended') return { state: stop.state, output: stop.output };
  if (counts.nodeRuns > 0 && counts.filtered === counts.nodeRuns) return { state: 'FILTERED' };
  return { state: counts.done === 0 ? 'SKIP' : 'DONE' };
};

/** False while an activity evaluates or stores the output. A run that `succeed` ended as SKIP has an output, too (X5). */
const takeOutput = (machine: Machine): boolean => {
  const { state, plan } = machine;
  const { outcome } = state;
  if (outcome === undefined || (outcome.state !== 'DONE' && outcome.output === undefined)) return true;
  if (outcome.output === undefined) {
    const output =
      plan.output === undefined
        ? (frameOf(machine, ROOT_FRAME).last ?? inline(null))
        : evaluateOutput(machine, plan.output, outcome);
    if (output === undefined) return outcome.failure !== undefined;
    outcome.output = output;
  }
  if (outcome.output.kind === 'claim' || heldSize(outcome.output) <= LIMITS.inlineOutputBytes) return true;
  state.busy = true;
  machine.commands.push({ type: 'offload', path: '', purpose: RUN_OUTPUT, value: outcome.output.value, reads: [] });
  return false;
};

const evaluateOutput = (machine: Machine, source: Json, outcome: Outcome): Value | undefined => {
  try {
    const evaluation = evaluate(machine, undefined, { kind: 'template', source });
    if (evaluation.here) {
      if (heldSize(evaluation.value) <= LIMITS.workflowOutputBytes) return evaluation.value;
      outcome.state = 'FAIL';
      outcome.failure = outputTooLarge('the run', '');
      return undefined;
    }
    machine.state.busy = true;
    machine.commands.push({
      type: 'evaluate',
      path: '',
      attempt: 1,
      purpose: RUN_OUTPUT,
      kind: 'template',
      source,
      scope: evaluation.scope,
      reads: [],
    });
  } catch (error) {
    outcome.state = 'FAIL';
    outcome.failure = failureOf(error, '');
  }
  return undefined;
};

/** Undo in reverse order of completion, one after the other; an undo that fails is journalled and the rest goes on. */
const compensateNext = (machine: Machine): boolean => {
  const { state } = machine;
  const open = Object.values(state.frames).find((frame) => frame.site === COMPENSATE_FRAME);
  if (open !== undefined && open.ended !== true) return true;
  if (open !== undefined) closeFrame(machine, open.path);
  const needed = state.outcome?.state === 'FAIL' || state.outcome?.state === 'CANCELLED';
  const undo = needed ? takeUndo(state) : undefined;
  if (undo === undefined) return false;
  const frame = openFrame(machine, {
    path: undoPath(state.undo.length),
    site: COMPENSATE_FRAME,
    parent: ROOT_FRAME,
    locals: undo.locals,
  });
  Object.assign(frame.outputs, undo.nodes);
  for (const value of Object.values(undo.nodes)) state.heldBytes += heldSize(value);
  record(machine, {
    type: 'compensation.started',
    level: 'info',
    message: `Undoing ${undo.path}`,
    path: undo.path,
    node: undo.site,
  });
  createRun(machine, frame, undo.site, { ...rootProducer.lineage });
  return true;
};

const end = (machine: Machine): void => {
  const { state } = machine;
  const outcome = state.outcome ?? { state: 'FAIL' as const };
  const stop = state.frames[FINALLY_FRAME]?.stop;
  if (stop?.kind === 'failed' && isTerminalRunState(outcome.state) && outcome.state !== 'FAIL' && outcome.state !== 'CANCELLED') {
    outcome.state = 'FAIL';
    outcome.failure = stop.failure;
    delete outcome.output;
  }
  state.phase = 'ended';
  const failed = outcome.state === 'FAIL';
  const last = state.lastNode === undefined ? undefined : machine.index.nodes.get(state.lastNode);
  record(machine, {
    type: 'run.ended',
    level: failed ? 'error' : outcome.state === 'CANCELLED' ? 'warn' : 'info',
    message: failed
      ? `Execution failed: ${outcome.failure?.message ?? ''}`
      : outcome.state === 'CANCELLED'
        ? 'Execution cancelled'
        : 'Execution completed',
    ...(state.lastNode === undefined ? {} : { node: state.lastNode, nodeType: last?.type ?? '' }),
    state: outcome.state,
    ...(outcome.output === undefined ? {} : { output: outcome.output }),
    ...(outcome.failure === undefined
      ? {}
      : { failure: { ...outcome.failure, ...(outcome.failure.output === undefined ? {} : { output: inline(null) }) } }),
  });
};
