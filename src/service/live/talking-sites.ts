import type { CallName, Plan } from '../../flow';
import { planIndex } from '../../flow/run/plan-index';

/** Activities that write to the side log. */
const TALKERS: ReadonlySet<CallName> = new Set(['script', 'jsonata']);

/** Static paths of the nodes that may say something while they run: the side log of no other node run is looked at. */
export const talkingSites = (plan: Plan): ReadonlySet<string> =>
  new Set([...planIndex(plan).nodes].flatMap(([site, { op }]) => (op.kind === 'call' && TALKERS.has(op.activity) ? [site] : [])));
