import { inline, LIMITS, type Json, type JsonObject, type Value } from '../../flow';
import type { Logger } from '../../logger';
import type { ArtifactStore, Run } from '../../store/ports';

/**
 * An input travels inline when it fits the start together with the plan, or is small; else it becomes a claim (X6).
 * @param planBytes size of the plan in the start
 */
export const toInputValue = async (
  artifacts: ArtifactStore,
  place: { readonly workspace: string; readonly runId: string },
  input: JsonObject,
  planBytes: number,
): Promise<Value> => {
  const bytes = Buffer.from(JSON.stringify(input));
  if (bytes.length <= Math.max(LIMITS.inlineOutputBytes, LIMITS.startInlineBytes - planBytes)) return inline(input);
  const ref = await artifacts.put(`${place.workspace}/${place.runId}/input`, bytes, 'application/json');
  return { kind: 'claim', ref, known: [] };
};

/** The value itself, up to so many bytes; a larger one, and one that cannot be read, stays a claim. */
export const loadValue = async (
  artifacts: ArtifactStore,
  logger: Logger,
  runId: string,
  value: Value,
  mostBytes: number,
): Promise<Value> => {
  if (value.kind === 'inline' || value.ref.size > mostBytes) return value;
  try {
    return inline(JSON.parse(Buffer.from(await artifacts.get(value.ref)).toString('utf8')) as Json);
  } catch (error) {
    logger.error('an artifact of a run cannot be read', { runId, key: value.ref.key, error: String(error) });
    return value;
  }
};

/** A run as its reader wants it: input and output themselves, not where they lie. What is too large or cannot be read stays a claim. */
export const withValues = async (artifacts: ArtifactStore, logger: Logger, run: Run): Promise<Run> => {
  const load = (value: Value): Promise<Value> => loadValue(artifacts, logger, run.id, value, LIMITS.httpResponseBytes);
  const { input, output } = run;
  if (input.kind === 'inline' && (output === undefined || output.kind === 'inline')) return run;
  return { ...run, input: await load(input), ...(output === undefined ? {} : { output: await load(output) }) };
};
