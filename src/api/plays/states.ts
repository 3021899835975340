import type { NodeState, RunState } from '../../flow';

export const PLAY_STATES = ['NEW', 'RUN', 'DONE', 'FAIL', 'SKIP', 'FILTERED', 'DEFERRED', 'WAIT', 'ON_HOLD'] as const;
export type PlayState = (typeof PLAY_STATES)[number];

/** Dialects part A: plays have no word of their own for a cancelled run; the member `cancelled` says it. */
export const toPlayState = (state: RunState): PlayState => (state === 'CANCELLED' ? 'FAIL' : state);
/** The native states that a filter stands for. */
export const toRunStates = (state: PlayState): readonly RunState[] => (state === 'FAIL' ? ['FAIL', 'CANCELLED'] : [state]);

const LAYER_STATE_OF: Readonly<Record<NodeState, PlayState>> = {
  IDLE: 'NEW',
  READY: 'NEW',
  RUN: 'RUN',
  RETRY: 'RUN',
  WAIT: 'WAIT',
  DONE: 'DONE',
  FAIL: 'FAIL',
  SKIP: 'SKIP',
  FILTERED: 'FILTERED',
  CANCELLED: 'FAIL',
};
export const toLayerState = (state: NodeState, deferred = false): PlayState => (deferred ? 'DEFERRED' : LAYER_STATE_OF[state]);
