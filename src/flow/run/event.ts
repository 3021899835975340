import type { ApprovalTimes, Decision } from '../approval';
import type { Failure } from '../failure';
import type { Json } from '../json';
import type { Value } from '../value';
import type { LogLevel, TerminalRunState } from '../words';

/** What the driver feeds back. The clock comes with every transition, so `time` carries nothing. */
export type RunEvent =
  | { readonly type: 'begin' }
  | { readonly type: 'time' }
  | {
      readonly type: 'callDone';
      readonly path: string;
      readonly attempt: number;
      readonly output: Value;
      readonly action?: string;
      readonly log?: CallLog;
    }
  | { readonly type: 'callFailed'; readonly path: string; readonly attempt: number; readonly failure: Failure }
  | { readonly type: 'callStopped'; readonly path: string; readonly attempt: number }
  /** A local attempt was too slow: run the same attempt as a regular activity (X3). */
  | { readonly type: 'callEscalated'; readonly path: string; readonly attempt: number }
  | {
      readonly type: 'evaluated';
      readonly path: string;
      readonly attempt: number;
      readonly purpose: string;
      readonly value: Value;
    }
  | { readonly type: 'offloaded'; readonly path: string; readonly purpose: string; readonly value: Value }
  | { readonly type: 'offloadFailed'; readonly path: string; readonly purpose: string; readonly failure: Failure }
  /** An evaluation or a page of items did not come. */
  | { readonly type: 'evaluationFailed'; readonly path: string; readonly attempt: number; readonly failure: Failure }
  | {
      readonly type: 'itemsRead';
      readonly path: string;
      readonly attempt: number;
      readonly offset: number;
      readonly items: Json[];
      readonly total: number;
    }
  | { readonly type: 'approvalOpened'; readonly path: string; readonly attempt: number; readonly times: ApprovalTimes }
  | { readonly type: 'approvalRefused'; readonly path: string; readonly attempt: number; readonly failure: Failure }
  /** `as`: the names by which the person may be an approver; absent for an operator, who may anything. */
  | {
      readonly type: 'decide';
      readonly path: string;
      readonly attempt?: number;
      readonly decision: Decision;
      readonly by: string;
      readonly as?: readonly string[];
      readonly note?: string;
      readonly form?: Json;
    }
  /** `toAccount`: the account id behind `to`, when it names one. */
  | {
      readonly type: 'delegate';
      readonly path: string;
      readonly attempt?: number;
      readonly to: string;
      readonly toAccount?: string;
      readonly by: string;
      readonly as?: readonly string[];
    }
  | { readonly type: 'withdraw'; readonly path: string; readonly attempt?: number; readonly by: string; readonly note?: string }
  | { readonly type: 'childStarted'; readonly path: string; readonly childRunId: string }
  | {
      readonly type: 'childEnded';
      readonly path: string;
      readonly childRunId: string;
      readonly state: TerminalRunState;
      readonly output?: Value;
      readonly failure?: Failure;
    }
  /** Of the limit of the flow: in, in the queue, look again, never. */
  | { readonly type: 'slotTaken' }
  | { readonly type: 'slotRefused' }
  | { readonly type: 'slotFree' }
  | { readonly type: 'slotDenied'; readonly failure: Failure }
  | { readonly type: 'hold'; readonly by?: string }
  | { readonly type: 'release'; readonly by?: string }
  | { readonly type: 'cancel'; readonly by?: string; readonly reason?: string }
  | {
      readonly type: 'deliver';
      readonly name: string;
      readonly key?: string;
      readonly data: Json;
      readonly id?: string;
      readonly by?: string;
    };

export interface CallLog {
  readonly level: LogLevel;
  readonly message: string;
  readonly data?: Json;
}
