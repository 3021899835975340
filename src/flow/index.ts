export type { Json, JsonObject } from './json';
export { compact, isJsonObject } from './json';
export { LIMITS } from './limits';
export { renamed } from './output-map';
export { allowsHost, HOST_RULE } from './allowed-hosts';
export { SECRET_KEY, SHORTEST_SECRET } from './secret-key';
export * from './words';
export type { ArtifactRef, JsonPath, Value } from './value';
export { inline } from './value';
export type { Failure } from './failure';
export { INFRASTRUCTURE_FAILURE, NODE_FAILURE } from './failure';
export type { Issue } from './issue';
export type {
  ApprovalChange,
  ApprovalDecision,
  ApprovalNotice,
  ApprovalOperation,
  ApprovalRequest,
  ApprovalSpans,
  ApprovalState,
  ApprovalTimes,
  BusinessCalendar,
  Decision,
  NoticeReason,
} from './approval';
export { APPROVAL_STATES, APPROVER, DECISIONS } from './approval';
export { RepriseError, isRepriseError } from './errors';
export type * from './plan';
export type { Epoch, JournalEntry, NodeSummary, RunCounts } from './journal';
export { JOURNAL_TYPES, toEpoch } from './journal';
export type { EpochEntries } from './journal-merge';
export { mergeBuckets } from './journal-merge';
export { CATCH_UPS, OVERLAPS } from './schedule';
export { sameContent } from './same-content';
export { summaryOf } from './summary';
export type { HeadChange } from './projection';
export { mergeHeadChanges, projectEntries } from './projection';
export type { Credential, Principal, RequestOrigin, Role, Scope } from './principal';
export { approverNames, ROLES, SCOPES, SCOPES_OF } from './principal';
export type { ConcurrencyPlan } from './concurrency';
export { ON_LIMIT, slotScopeOf } from './concurrency';
export type { CallParams, Command, EvaluationScope, SlotRequest } from './run/command';
export type { RunEvent } from './run/event';
export { nodeRunIdOf } from './ids';
export { siteOf } from './run/paths';
export { sha256Hex } from './hash';
export { stampOf, toCallRequest, type CallCommand, type CallContext, type CallRequest } from './run/call-request';
export type { ApprovalEvent, ApprovalRefusal, Deadline, DeliveryOutcome, RunFacts, RunMemory } from './run';
export {
  advance,
  approvalChange,
  explain,
  foresee,
  foreseeApproval,
  initialState,
  isKeptOut,
  nextDeadline,
  shownState,
  slotRequestOf,
  transition,
  waitingFor,
} from './run';
export { partAt, toScope } from './run/scope-values';
export { createMeter } from './run/meter';
export { asItems, pageOfItems } from './run/items';
