/** Names that expressions may start with (design §3), beside the `as` names of enclosing loops. */
export const ROOTS: readonly string[] = ['input', 'trigger', 'nodes', 'item', 'index', 'run', 'vars', 'error', 'prev'];

/** Only inside loops. */
export const LOOP_ROOTS: readonly string[] = ['item', 'index'];

/** Roots of later work: known, not available here. */
export const UNSUPPORTED_ROOTS: Readonly<Record<string, string>> = {
  secrets: 'Secrets in expressions are not supported yet; pass the value another way.',
};

/** What other systems call our roots. */
export const FOREIGN_ROOTS: Readonly<Record<string, string>> = {
  shared: 'input',
  results: 'nodes',
  execution: 'run',
  workflow: 'run',
  flow: 'run.flow',
  steps: 'nodes',
  args: 'input',
  body: 'input',
};
