export type { Command } from './command';
export { foresee, type DeliveryOutcome } from './deliver';
export type { RunEvent } from './event';
export type { RunFacts, RunMemory } from './state';
export { nextDeadline } from './timers';
export { advance, initialState, transition, type Advance } from './transition';
export { explain, shownState, waitingFor } from './view';
