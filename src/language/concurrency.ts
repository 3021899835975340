import { z } from 'zod';
import { LIMITS, ON_LIMIT, type ConcurrencyPlan } from '../flow';
import { checkExpression } from '../flow/expr';
import { expression } from './fields';
import type { IssueList } from './issues';

export const CONCURRENCY = z.strictObject({
  limit: z.int().min(1).max(LIMITS.concurrencyLimit),
  key: expression.optional(),
  onLimit: z.enum(ON_LIMIT).default('queue'),
  holdsSlot: z.boolean().default(true),
});

/** Only the input is known when a run asks for its slot. */
const KEY_ROOTS: readonly string[] = ['input', 'trigger'];

/** The limit of a flow as its plan says it; faults of the key become issues. */
export const readConcurrency = (
  { limit, key, onLimit, holdsSlot }: z.output<typeof CONCURRENCY>,
  issues: IssueList,
): ConcurrencyPlan => {
  if (key !== undefined) checkKey(key, issues);
  return { limit, ...(key === undefined ? {} : { key }), onLimit, holdsSlot };
};

const checkKey = (key: string, issues: IssueList): void => {
  const place = ['concurrency', 'key'];
  const checked = checkExpression(key);
  if (!checked.ok) {
    for (const issue of checked.issues) issues.add(issue.code, place, issue.message, issue.suggestion);
    return;
  }
  for (const { root } of checked.value.references)
    if (!KEY_ROOTS.includes(root))
      issues.add('unknown_root', place, `The key of a concurrency limit reads the input only; \`${root}\` is not known yet.`);
};
