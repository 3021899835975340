import type { Issue } from '../flow';
import { formatPlace, type Place } from './place';

/** A definition with more faults than this is cut off: the answer stays readable and small. */
const MOST_ISSUES = 200;

/** Collects the faults of one definition with their lines. */
export interface IssueList {
  /** A suggestion that costs a search is a function: it is asked only for a fault that is kept. */
  add(code: string, place: Place, message: string, suggestion?: string | (() => string | undefined)): void;
  /** True when something was added since the list had `count` faults. */
  readonly count: number;
  /** In the order of the document. */
  all(): readonly Issue[];
}

/** `lineOf` answers the line (from 1) of a place, or of the nearest place around it that the document has. */
export const createIssueList = (lineOf: (place: Place) => number | undefined): IssueList => {
  const issues: Issue[] = [];
  const seen = new Set<string>();
  let count = 0;
  return {
    get count() {
      return count;
    },
    add(code, place, message, suggestion) {
      count += 1;
      if (issues.length >= MOST_ISSUES) return;
      const path = formatPlace(place);
      const key = `${code}|${path}|${message}`;
      if (seen.has(key)) return;
      seen.add(key);
      const line = lineOf(place);
      const advice = typeof suggestion === 'function' ? suggestion() : suggestion;
      issues.push({
        code,
        path,
        ...(line === undefined ? {} : { line }),
        message,
        ...(advice === undefined ? {} : { suggestion: advice }),
      });
    },
    all: () => issues.toSorted((left, right) => (left.line ?? 0) - (right.line ?? 0)),
  };
};
