import type { JournalEntry, Principal, RequestOrigin, RunState } from '../../flow';
import type { Run } from '../../store/ports';
import type { LogLine } from '../contract';

/** What a follower is given, in order. Whoever comes back with `cursor` gets what follows on it: no gap, no duplicate. */
export type FollowItem =
  | ({ readonly kind: 'entry'; readonly entry: JournalEntry } & FollowPlace)
  /** A line of the log: of a journal entry (then that comes next), or of an activity. */
  | ({ readonly kind: 'line'; readonly line: LogLine } & FollowPlace)
  /** The last one: the run with its result. */
  | ({ readonly kind: 'end'; readonly run: Run } & FollowPlace)
  /** What was given so far is void: content was superseded (P1), or the cursor is of another journal. Everything follows again. */
  | { readonly kind: 'reset' };

export interface FollowPlace {
  readonly cursor: string;
  /** Seq of the last journal entry that was given whole. */
  readonly seq: number;
  /** State of the run after what was given. */
  readonly state: RunState;
}

export interface Follower {
  /** What is there, at least one item; empty when there was none for `waitMs`, and from the close or the end on. */
  next(waitMs: number): Promise<readonly FollowItem[]>;
  /** The end was given. */
  isDone(): boolean;
  /** Why nothing comes any more; undefined while it is open. */
  closed(): FollowerClosed | undefined;
  /** Ends a `next` under way with nothing, and frees the place. */
  close(): void;
}
/** `left`: by its reader. `expired`: the credential expired, was revoked or may no longer read. `stopping`: this process ends. */
export type FollowerClosed = 'left' | 'expired' | 'stopping';

/** What happens to a run of a workspace. `run` is its head at about that time, without nodes and with values as they lie. */
export type WorkspaceItem =
  { readonly kind: 'entry'; readonly run: Run; readonly entry: JournalEntry } | { readonly kind: 'end'; readonly run: Run };

export interface LiveService {
  /**
   * Tells what happens to the runs of the caller's workspace from now on, each thing once; `onClosed` when nothing comes any more.
   * Answers how to leave. Throws `rate_limited`, `unavailable`.
   */
  watch(
    principal: Principal,
    onItem: (item: WorkspaceItem) => void,
    onClosed: (why: FollowerClosed) => void,
  ): Promise<() => void>;
  /**
   * @param after a cursor, or a bare seq; from the beginning when absent
   * Throws `not_found`, `invalid_request`, `rate_limited` (too many followers of this account), `unavailable`.
   */
  follow(principal: Principal, runId: string, after?: string): Promise<Follower>;
  /** For those who cannot send a header: admits once, to this run, for half a minute. Throws `not_found`. */
  ticket(principal: Principal, runId: string): Promise<{ readonly ticket: string; readonly expiresAt: Date }>;
  /** Who asked for the ticket, as of now. Throws `unauthorized`. */
  redeem(ticket: string, runId: string, request: RequestOrigin): Promise<Principal>;
  /** Closes all followers and takes no more. */
  stop(): void;
}
