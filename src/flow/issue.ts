/** One fault of a definition or an input: a place in the document (`nodes.fetch.next.ok`, line from 1) and what to do. */
export interface Issue {
  /** Stable snake_case; `unsupported` (known, not available here) is distinct from every code that means wrong. */
  readonly code: string;
  readonly path: string;
  readonly line?: number;
  readonly message: string;
  readonly suggestion?: string;
}
