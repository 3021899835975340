import { monotonicFactory } from 'ulid';

/** Ids of one process ascend, so that the reconciler's walk by id never passes one by. */
const ulid = monotonicFactory();

export const newFlowId = (): string => `flow_${ulid()}`;
export const newRunId = (): string => `run_${ulid()}`;
export const newWorkspaceId = (): string => `ws_${ulid()}`;
export const newAccountId = (): string => `acct_${ulid()}`;
export const newSessionId = (): string => `sess_${ulid()}`;
export const newApiKeyId = (): string => `key_${ulid()}`;
export const newScheduleId = (): string => `sched_${ulid()}`;
export const newBulkId = (): string => `bulk_${ulid()}`;
export const newAuditId = (): string => `audit_${ulid()}`;
export const newLayerId = (): string => `layer_${ulid()}`;
/** For one update or event delivery that nobody will repeat. */
export const newOperationId = (): string => `op_${ulid()}`;
