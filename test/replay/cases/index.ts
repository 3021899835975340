import { BEHAVIOUR_CASES } from './behaviours';
import { NODE_TYPE_CASES } from './node-types';

export const REPLAY_CASES = [...NODE_TYPE_CASES, ...BEHAVIOUR_CASES];
