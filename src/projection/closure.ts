import type { Failure, TerminalRunState } from '../flow';
import type { RunClosure } from '../store/ports';
import type { RunResult } from '../workflows/contract';
import type { EngineClose } from './engine-port';

/**
 * P10: what a close in Temporal means for the run. Depends on the close event alone, so that whoever closes a head writes
 * the same thing.
 */
export const closureOf = (close: EngineClose): RunClosure => {
  switch (close.kind) {
    case 'completed':
      return ofResult(close.result, close.at);
    case 'failed':
      return close.result === undefined
        ? outside('FAIL', close.at, 'engine_failure', `The workflow failed outside the flow: ${close.message}`)
        : ofResult(close.result, close.at);
    case 'cancelled':
      return close.result === undefined
        ? outside('CANCELLED', close.at, 'cancelled', 'The run was cancelled before it could answer')
        : ofResult(close.result, close.at);
    case 'terminated':
      return outside(
        'CANCELLED',
        close.at,
        'terminated',
        `The run was terminated${close.reason === '' ? '' : `: ${close.reason}`}`,
      );
    case 'timed_out':
      return outside(
        'FAIL',
        close.at,
        'run_timeout',
        'The run was still open one day after its own limit; Temporal timed it out',
      );
  }
};

/** P10: a run that was accepted and that Temporal does not know any more. */
export const lostClosure = (at: number): RunClosure =>
  outside('FAIL', at, 'lost', 'Temporal has no such run any more: its history was deleted or its database replaced');

const ofResult = (result: RunResult, at: number): RunClosure => ({
  state: result.state,
  endedAt: new Date(at),
  counts: result.counts,
  seq: result.lastSeq,
  ...(result.startedAt === undefined ? {} : { startedAt: new Date(result.startedAt) }),
  ...(result.output === undefined ? {} : { output: result.output }),
  ...(result.error === undefined ? {} : { error: result.error }),
});

const outside = (state: TerminalRunState, at: number, code: string, message: string): RunClosure => {
  const error: Failure = { code, message, retryable: false, nodePath: '' };
  return { state, endedAt: new Date(at), error };
};
