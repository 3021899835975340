/** Names that expressions may start with (design §3), beside the `as` names of enclosing loops. */
export const ROOTS: readonly string[] = [
  'input',
  'trigger',
  'nodes',
  'states',
  'item',
  'index',
  'run',
  'vars',
  'error',
  'prev',
  'secrets',
];

/** Only inside loops. */
export const LOOP_ROOTS: readonly string[] = ['item', 'index'];

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
