/**
 * Why an evaluation failed, before the boundary turns it into `expression_error`. `path` is set when a path is missing:
 * only such faults are taken by `??`.
 */
export class EvaluationFault extends Error {
  override readonly name = 'EvaluationFault';
  readonly path?: string;
  constructor(message: string, path?: string) {
    super(message);
    if (path !== undefined) this.path = path;
  }
}

export const fault = (message: string): never => {
  throw new EvaluationFault(message);
};

export const isEvaluationFault = (error: unknown): error is EvaluationFault => error instanceof EvaluationFault;
