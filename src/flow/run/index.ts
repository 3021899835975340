export { foreseeApproval, type ApprovalEvent, type ApprovalRefusal } from './decide';
export { approvalChange } from './approval-row';
export { foresee, type DeliveryOutcome } from './deliver';
export { isKeptOut, slotRequestOf } from './entry';
export type { RunFacts, RunMemory } from './state';
export { nextDeadline, type Deadline } from './timers';
export { advance, initialState, transition } from './transition';
export { explain, shownState, waitingFor } from './view';
