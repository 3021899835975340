/** Words longer than this get no suggestion: the distance costs length × length. */
const LONGEST = 40;

/** Further apart than this two words are not each other's misspelling. */
const FURTHEST = 4;

/**
 * Levenshtein distance of two short words; `limit + 1` when it is more than `limit`. Only the cells near the diagonal count:
 * those further from it than the limit are beyond it anyway.
 */
export const editDistance = (left: string, right: string, limit = LONGEST): number => {
  const beyond = limit + 1;
  if (Math.abs(left.length - right.length) > limit) return beyond;
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = Array.from({ length: right.length + 1 }, () => beyond);
    current[0] = row;
    let least = row;
    for (let column = Math.max(1, row - limit); column <= Math.min(right.length, row + limit); column += 1) {
      const same = left[row - 1] === right[column - 1] ? 0 : 1;
      const best = Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (previous[column - 1] ?? 0) + same);
      current[column] = best;
      least = Math.min(least, best);
    }
    if (least > limit) return beyond;
    previous = current;
  }
  return Math.min(previous[right.length] ?? 0, beyond);
};

const fold = (word: string): string => word.toLowerCase().replaceAll(/[-_. ]/g, '');

/** The candidate that was probably meant, if one is near: case and separators do not count. */
export const closest = (word: string, candidates: Iterable<string>): string | undefined => {
  if (word.length > LONGEST) return undefined;
  const wanted = fold(word);
  let best: string | undefined;
  let bestDistance = Math.min(FURTHEST + 1, Math.floor(wanted.length / 3) + 2, Math.max(wanted.length, 1));
  for (const candidate of candidates) {
    if (candidate.length > LONGEST) continue;
    const distance = editDistance(wanted, fold(candidate), bestDistance - 1);
    if (distance >= bestDistance) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
};

/** `Did you mean \`x\`?` for the candidate that was probably meant. */
export const didYouMean = (word: string, candidates: Iterable<string>): string | undefined => {
  const best = closest(word, candidates);
  return best === undefined ? undefined : `Did you mean \`${best}\`?`;
};
