/** Thrown when a rule of Reprise refuses something. `code` is stable; the API maps it to a status in one table. */
export class RepriseError extends Error {
  override readonly name = 'RepriseError';
  readonly code: string;
  readonly details?: Readonly<Record<string, unknown>>;
  constructor(code: string, message: string, options?: { details?: Readonly<Record<string, unknown>>; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    if (options?.details !== undefined) this.details = options.details;
  }
}

/** Works across realms (workflow sandbox, Jest), where instanceof does not. */
export const isRepriseError = (error: unknown): error is RepriseError =>
  error instanceof Error && error.name === 'RepriseError' && 'code' in error;
