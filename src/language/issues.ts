import type { Issue } from '../flow';
import type { SourceDocument } from './document';
import { formatPlace, type Place } from './place';

/** A definition with more faults than this is cut off: the answer stays readable and small. */
const MOST_ISSUES = 200;

/** In the order of the document. */
export const inOrder = (issues: readonly Issue[]): Issue[] =>
  issues.toSorted((left, right) => (left.line ?? 0) - (right.line ?? 0));

/** Collects the faults of one definition with their lines. */
export interface IssueList {
  /** A suggestion that costs a search is a function: it is asked only for a fault that is kept. */
  add(code: string, place: Place, message: string, suggestion?: string | (() => string | undefined)): void;
  /** True when something was added since the list had `count` faults. */
  readonly count: number;
  /** In the order of the document. */
  all(): readonly Issue[];
}

/** Issues with the places and the lines that the author of the document knows. */
export const createIssueList = (document: Pick<SourceDocument, 'lineOf' | 'originOf'>): IssueList => {
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
      const path = formatPlace(document.originOf?.(place) ?? place);
      const key = `${code}|${path}|${message}`;
      if (seen.has(key)) return;
      seen.add(key);
      const line = document.lineOf(place);
      const advice = typeof suggestion === 'function' ? suggestion() : suggestion;
      issues.push({
        code,
        path,
        ...(line === undefined ? {} : { line }),
        message,
        ...(advice === undefined ? {} : { suggestion: advice }),
      });
    },
    all: () => inOrder(issues),
  };
};
