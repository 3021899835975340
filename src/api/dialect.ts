/** The public contracts (dialects part A). Each has its own error envelope, also on paths that it does not serve yet. */
export type Dialect = 'pupload' | 'flowstack' | 'flowrunner' | 'flowruns' | 'plays' | 'problem';

/**
 * "Who speaks on which path", longest prefix first. A pattern is a list of segments: `*` is any one segment, a trailing
 * star (`runs*`) any segment that begins so. What follows the pattern does not matter.
 */
const SPEAKERS: readonly (readonly [Dialect, string])[] = [
  ['flowstack', 'api/v1/flows/*/runs*'],
  ['flowstack', 'api/v1/flows/*/webhook*'],
  ['flowstack', 'api/v1/flows/*/enable'],
  ['flowstack', 'api/v1/flows/*/disable'],
  ['pupload', 'api/v1/flow'],
  ['pupload', 'api/v1/upload'],
  ['pupload', 'api/v1/projects'],
  ['flowrunner', 'api/v1'],
  ['flowrunner', 'ws'],
  ['flowruns', 'flowruns'],
  ['flowruns', 'flows'],
  ['flowruns', 'tasks'],
  ['plays', 'api'],
];
const PATTERNS = SPEAKERS.map(([dialect, pattern]) => ({ dialect, segments: pattern.split('/') }));

/** Whose envelope an answer on this path wears; matched and unmatched paths alike. */
export function toDialect(path: string): Dialect {
  const segments = path.split('/').slice(1);
  return (
    PATTERNS.find((pattern) => pattern.segments.every((part, index) => isSegmentOf(part, segments[index])))?.dialect ?? 'problem'
  );
}

function isSegmentOf(pattern: string, segment: string | undefined): boolean {
  if (segment === undefined || segment === '') return false;
  if (pattern.endsWith('*')) return segment.startsWith(pattern.slice(0, -1));
  return segment === pattern;
}
