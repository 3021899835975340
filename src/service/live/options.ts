import { LIMITS } from '../../flow';

/** How live updates look for news and what they keep, per API process. Times in ms, sizes in bytes. */
export interface LiveOptions {
  /** Open followers of one run by one account. */
  readonly followersPerRunAndAccount: number;
  /** Open followers of one account over all runs. */
  readonly followersPerAccount: number;
  /** Pause before the next store read: the shortest, the longest of a run that executes, the longest of one that waits. */
  readonly pollFastMs: number;
  readonly pollActiveMs: number;
  readonly pollIdleMs: number;
  /** So many followed runs poll at full speed; with more of them each polls more slowly. */
  readonly pollsAtFullSpeed: number;
  /** All writers are in this process and announce what they write: polling is only the safety net. */
  readonly announced: boolean;
  /** Newest part of a journal that is kept in memory for each followed run; older parts are read when somebody needs them. */
  readonly windowBytes: number;
  /** How long a run that nobody follows any more is remembered, for those who come back. */
  readonly lingerMs: number;
  /** How often the credentials of open followers are looked at. */
  readonly credentialMs: number;
  /** A run that has ended but whose journal was not stored whole: the repair is waited for so long. */
  readonly repairWaitMs: number;
}

export const LIVE_DEFAULTS: LiveOptions = {
  followersPerRunAndAccount: LIMITS.followersPerRunAndAccount,
  followersPerAccount: LIMITS.followersPerAccount,
  pollFastMs: 20,
  pollActiveMs: 40,
  pollIdleMs: 1_000,
  pollsAtFullSpeed: 50,
  announced: false,
  windowBytes: 4 * 1024 * 1024,
  lingerMs: 30_000,
  credentialMs: 10_000,
  repairWaitMs: 15_000,
};
