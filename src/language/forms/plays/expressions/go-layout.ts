/** Go's reference time, piece by piece, longest first: what stands for what in our patterns. */
const PIECES: readonly (readonly [string, string])[] = [
  ['January', 'MMMM'],
  ['Monday', 'dddd'],
  ['2006', 'YYYY'],
  ['Jan', 'MMM'],
  ['Mon', 'ddd'],
  ['000', 'SSS'],
  ['01', 'MM'],
  ['02', 'DD'],
  ['15', 'HH'],
  ['04', 'mm'],
  ['05', 'ss'],
  ['06', 'YY'],
  ['1', 'M'],
  ['2', 'D'],
  ['4', 'm'],
  ['5', 's'],
];
/** Parts of Go's layouts that our patterns cannot say. */
const FOREIGN = /MST|Z07|-07|PM|pm|03|(?<!\d)3(?!\d)|_2|\.9|,9/;

/** The pattern of dateFormat() for a Go layout such as `2006-01-02T15:04:05Z`; undefined when it needs what we do not have. */
export const fromGoLayout = (layout: string): string | undefined => {
  if (FOREIGN.test(layout) || /[[\]]/.test(layout)) return undefined;
  let pattern = '';
  let literal = '';
  const flush = (): void => {
    pattern += /[A-Za-z]/.test(literal) ? `[${literal}]` : literal;
    literal = '';
  };
  for (let at = 0; at < layout.length;) {
    const piece = PIECES.find(([go]) => layout.startsWith(go, at));
    if (piece === undefined) {
      literal += layout.charAt(at);
      at += 1;
      continue;
    }
    flush();
    pattern += piece[1];
    at += piece[0].length;
  }
  flush();
  return pattern;
};
