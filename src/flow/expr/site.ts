import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionIssue } from './contract';
import type { Run } from './frame';
import type { Parsed } from './parse';

/** Where a node is compiled. */
export interface Site {
  readonly parsed: Parsed;
  readonly issues: ExpressionIssue[];
  /** Comprehension variables → their slot in the frame. */
  readonly bound: ReadonlyMap<string, number>;
  /** How many comprehensions are around; the slot of the next one. */
  readonly depth: number;
  /** Compiles an operand. A property, so that the parts of the compiler do not import each other in a circle. */
  readonly compile: (ast: ASTNode, site: Site) => Run;
}

/** A node that was refused: the issue keeps the expression from being evaluated, so this never runs. */
const refused: Run = () => null;

export const refuse = (site: Site, ast: ASTNode, issue: Omit<ExpressionIssue, 'offset'>): Run => {
  site.issues.push({ ...issue, offset: site.parsed.offsetOf(ast) });
  return refused;
};
