import { compile } from './compile';
import type { ParseResult, Reference } from './contract';
import { COST, type Run } from './frame';
import { createCache } from './lru';
import { parseSource } from './parse';
import { referencesOf } from './references';
import { chainOf, countNodes } from './shape';
import { isTemplated, scanTemplate } from './template-scan';

/** An expression that is ready to run. */
export interface Program {
  readonly source: string;
  readonly run: Run;
  readonly references: readonly Reference[];
  /** Units that every evaluation costs. */
  readonly cost: number;
  /** Answers a part of the scope as it is: nothing is built whose size must be checked. */
  readonly plain: boolean;
}

const make = (source: string): ParseResult<Program> => {
  const parsed = parseSource(source);
  if (!parsed.ok) return parsed;
  const { ast } = parsed.value;
  const compiled = compile(parsed.value);
  if (!compiled.ok) return compiled;
  const plain = chainOf(ast).base.op === 'id';
  const cost = 1 + countNodes(ast) * COST.node;
  return { ok: true, value: { source, run: compiled.value, references: referencesOf(parsed.value), cost, plain } };
};

/** A quarter MiB of source is far more than any flow has, and at most 64 expressions of the largest size. */
const programs = createCache<ParseResult<Program>>({ entries: 1_000, chars: 262_144 });

/** The program of an expression inside its marks. */
export const programOf = (source: string): ParseResult<Program> => programs.get(source, make);

/** `{{ a > 1 }}` where a bare expression stands means `a > 1`. */
export const bareProgramOf = (source: string): ParseResult<Program> => {
  if (!isTemplated(source)) return programOf(source);
  const scanned = scanTemplate(source.trim());
  const [part, second] = scanned.ok ? scanned.parts : [];
  return part !== undefined && 'source' in part && second === undefined ? programOf(part.source) : programOf(source);
};
