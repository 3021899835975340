import { renamed } from '../output-map';
import type { Operation } from '../plan';
import { inline, type Value } from '../value';
import type { RunState } from '../words';
import { jsonOf } from './ask';

interface Child {
  readonly state: RunState;
  readonly runId: string;
  /** Absent while it runs. */
  readonly output?: Value;
}

/** The output of a sub-flow node: that of the child, or of a detached one its id, unless the plan names other members. */
export const childOutput = (op: Extract<Operation, { kind: 'flow' }>, { state, runId, output }: Child): Value => {
  if (op.output === undefined) return output ?? inline({ runId });
  return inline(renamed({ state, runId, ...(output === undefined ? {} : { output: jsonOf(output) }) }, op.output));
};
