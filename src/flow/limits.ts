/** The published limits (docs/limits.md). Sizes in bytes, times in milliseconds. One place, enforced where named. */
const KIB = 1024;
const MIB = 1024 * KIB;
const DAY_MS = 24 * 3_600_000;

export const LIMITS = {
  bodyBytes: MIB,
  flowNodes: 500,
  templateBytes: 16 * KIB,
  expressionBytes: 4 * KIB,
  expressionAstNodes: 2_000,
  comprehensionNesting: 2,
  /** Held in memory; a larger body is streamed to an artifact. */
  httpResponseBytes: 10 * MIB,
  httpArtifactBytes: 1024 * MIB,
  /** An output above this travels as a claim (X6). */
  inlineOutputBytes: 32 * KIB,
  /** Values an activity returns beside a claim because expressions read them (X6). */
  claimReadsBytes: 16 * KIB,
  /** An output computed inside the workflow above this fails `output_too_large` (X6). */
  workflowOutputBytes: 256 * KIB,
  /** Plan and input travel inline in the start up to this, else by reference. */
  startInlineBytes: 64 * KIB,
  /** Values held by one run (X5). */
  heldBytes: MIB,
  /** Params scheduled, and local results taken, in one workflow task (X5). */
  taskPayloadBytes: MIB,
  /** Local work in one workflow task: signals and updates wait for it (X3). */
  taskLocalMs: 500,
  /** Of one approval: its approvers, how many must approve, a decision's form and note. */
  approvers: 50,
  approvalsRequired: 20,
  approvalFormBytes: 32 * KIB,
  approvalNoteChars: 2_000,
  failureTextBytes: 8 * KIB,
  resultBytes: 64 * KIB,
  queryPageBytes: 256 * KIB,
  journalRing: 200,
  loopItems: 10_000,
  loopConcurrency: 100,
  loopPage: 100,
  nodeRunsPerRun: 100_000,
  visitsPerNode: 10_000,
  earlyEvents: 100,
  /** Live updates, for each API process. */
  followersPerRunAndAccount: 5,
  followersPerAccount: 100,
  socketMessageBytes: 64 * KIB,
  ticketMs: 30_000,
  runTimeoutMs: 366 * DAY_MS,
  localAttemptMs: 2_000,
  listDefault: 10,
  listMax: 100,
  waitMaxSeconds: 60,
  /** Executions of one bulk operation. */
  bulkRuns: 10_000,
  /** How far ahead `runAt` may lie. */
  runAtAheadMs: 366 * DAY_MS,
  /** Slots of a flow's `concurrency`. */
  concurrencyLimit: 100,
  idempotencyKeyChars: 255,
  secretBytes: 64 * KIB,
  /** Deterministic cost units (X7); 1 unit is about 1 µs of the workflow sandbox. */
  expressionCost: 100_000,
  activationCost: 200_000,
  historyEventsContinue: 4_096,
  historyEventsForce: 40_000,
} as const;
