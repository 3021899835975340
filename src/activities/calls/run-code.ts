import type { Json } from '../../flow';
import { sha256Hex } from '../../flow/hash';
import type { CallJob, CallResult } from '../call-handler';
import type { ActivityDeps } from '../deps';
import { CallFault } from '../failure';
import { SANDBOX_LIMITS, type SandboxFault, type SandboxJob } from '../sandbox';

export interface Code {
  readonly language: SandboxJob['language'];
  readonly code: string;
  readonly input: Json;
  readonly timeoutMs: number;
}

/**
 * Runs code of a flow in the sandbox. Faults are `<prefix>_error`, `<prefix>_timeout`, `<prefix>_memory` and `output_too_large`.
 * Its console lines go to the side log.
 */
export const runCode = async (
  prefix: 'script' | 'jsonata',
  code: Code,
  job: CallJob,
  deps: ActivityDeps,
): Promise<CallResult> => {
  const { context, signal, scheduledAtMs } = job;
  job.secrets.refuseBound();
  const { result, lines } = await deps.sandbox.run(
    {
      ...code,
      input: JSON.stringify(code.input),
      nowMs: scheduledAtMs,
      // Stable over the attempts of a node run (X2).
      seed: Number.parseInt(sha256Hex(`${context.idempotencyKey}|random`).slice(0, 8), 16),
    },
    signal,
  );
  if (lines.length > 0) await keepLines(lines, job, deps);
  if (!result.ok) throw toFault(prefix, result.fault);
  return { output: JSON.parse(result.output) as Json };
};

const toFault = (prefix: string, { kind, message, line }: SandboxFault): CallFault =>
  new CallFault({
    code: kind === 'output' ? 'output_too_large' : `${prefix}_${kind}`,
    message: line === undefined ? message : `${message} (line ${line})`,
    // A busy machine may have been the reason for a time limit, never for the others.
    retryable: kind === 'timeout',
    ...(line === undefined ? {} : { details: { line } }),
  });

/** What code says about itself must not decide its outcome: a side log that cannot be written is a warning. */
const keepLines = async (
  lines: readonly { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly message: string }[],
  { context, secrets }: CallJob,
  deps: ActivityDeps,
): Promise<void> => {
  const { runId, workspace, nodeRunId, path, attempt } = context;
  const at = new Date(deps.now());
  const messages = secrets.mask
    .texts(lines.map(({ message }) => message))
    // The sandbox cuts long lines.
    .map((message, index) =>
      (lines[index]?.message.length ?? 0) < SANDBOX_LIMITS.logLineChars ? message : secrets.mask.cutText(message),
    );
  try {
    await deps.stores.sideLog.append({
      runId,
      workspace,
      nodeRunId,
      path,
      attempt,
      n: 0,
      lines: lines.map(({ level }, index) => ({ level, message: messages[index] ?? '', at })),
    });
  } catch (error) {
    deps.logger.warn('Lines of a script were not kept', {
      runId,
      path,
      error: error instanceof Error ? error.message : String(error),
    });
  }
};
