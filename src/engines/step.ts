/** Finding an engine: steps in order, each failure said in one line, the first that works wins. */

/** One line for a person, e.g. progress or why a step failed. */
export type Report = (line: string) => void;

/** Thrown when one step cannot give the engine; the message is one short clause. The next step is tried. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

/** Thrown when an engine cannot be had, or one that was named does not work. */
export class EngineUnavailable extends Error {
  override readonly name = 'EngineUnavailable';
}

export interface EngineStep<T> {
  /** What is tried, e.g. `temporal on PATH`. */
  readonly name: string;
  /** Its failure is expected and told only when all fail. */
  readonly quiet?: boolean;
  run(): Promise<T>;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';

/**
 * Runs the steps until one gives the engine.
 * @param advice what a person can do when all fail: one sentence
 * @throws EngineUnavailable with every reason; errors other than StepFailed count as a failed step too, so that a defect of one leg never hides the next
 */
export async function firstThatWorks<T>(
  engine: string,
  steps: readonly EngineStep<T>[],
  report: Report,
  advice: string,
): Promise<T> {
  const reasons: string[] = [];
  for (const step of steps) {
    try {
      return await step.run();
    } catch (error) {
      if (error instanceof EngineUnavailable) throw error;
      const line = `${step.name}: ${reasonOf(error)}`;
      reasons.push(line);
      if (step.quiet !== true) report(`${engine}: ${line}`);
    }
  }
  throw new EngineUnavailable(`No ${engine} could be had. ${advice}\n  ${reasons.join('\n  ')}`);
}
