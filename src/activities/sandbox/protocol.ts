/** What goes to a sandbox thread and comes back. Text only: data crosses as JSON. */
export interface SandboxJob {
  readonly language: 'javascript' | 'jsonata';
  /** JavaScript function body, or a JSONata query. */
  readonly code: string;
  /** JSON. */
  readonly input: string;
  readonly timeoutMs: number;
  /** What the code sees as the present, epoch ms. */
  readonly nowMs: number;
  /** Seed of its random numbers, an unsigned 32-bit integer. */
  readonly seed: number;
}

/** How code ends that does not answer. `kind` says which limit it met; `error` is a fault of its own. */
export interface SandboxFault {
  readonly kind: 'error' | 'timeout' | 'memory' | 'output';
  readonly message: string;
  /** Line in the code, from 1. */
  readonly line?: number;
}
export interface SandboxLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}
export interface SandboxAnswer {
  readonly result: { readonly ok: true; readonly output: string } | { readonly ok: false; readonly fault: SandboxFault };
  readonly lines: readonly SandboxLine[];
}

export type ToThread = { readonly job: SandboxJob; readonly limits: SandboxLimits };
/** `ready` once, then for each job `started` (its time runs) and the answer. */
export type FromThread = 'ready' | 'started' | SandboxAnswer;

/** Limits of one piece of code; sizes in bytes unless named otherwise. */
export interface SandboxLimits {
  readonly memory: number;
  readonly stack: number;
  readonly outputChars: number;
  readonly logLines: number;
  readonly logLineChars: number;
  /** Depth of calls, and length of a list, in a JSONata query. */
  readonly queryDepth: number;
  readonly querySequence: number;
}
export const SANDBOX_LIMITS: SandboxLimits = {
  memory: 32 * 1_024 * 1_024,
  stack: 512 * 1_024,
  outputChars: 4 * 1_024 * 1_024,
  logLines: 100,
  logLineChars: 1_000,
  queryDepth: 300,
  querySequence: 1_000_000,
};
