import { LIMITS, type JsonObject } from '../../flow';
import { checkExpression, checkTemplate, type CheckedExpression, type ParseResult, type Reference } from '../../flow/expr';
import { findNode, framesAround, type FrameDraft, type NodeDraft, type Use } from '../draft';
import { hasTemplate } from '../fields';
import type { IssueList } from '../issues';
import { FOREIGN_ROOTS, LOOP_ROOTS, ROOTS } from '../roots';
import { closest, didYouMean } from '../suggest';
import { checkSecret, type SecretUse } from './secrets';

/** What references are checked against, beside the frames. */
export interface FlowNames {
  readonly vars: JsonObject;
  /** Ids of all nodes of the flow, whatever their frame. */
  readonly allIds: ReadonlySet<string>;
}
/** What references tell beside their faults. */
export interface FoundReferences {
  readonly secrets: SecretUse[];
}

/**
 * Parses every expression of the flow and follows its references: roots and nodes must exist and be visible. The paths
 * that are read of each node's output are noted on its draft (X6).
 */
export const checkReferences = (uses: readonly Use[], names: FlowNames, issues: IssueList): FoundReferences => {
  const found: FoundReferences = { secrets: [] };
  const evaluated = uses.filter((use) => use.kind === 'expression' || hasTemplate(use.source));
  const [over] = evaluated.slice(MOST_EXPRESSIONS);
  if (over !== undefined)
    issues.add(
      'too_many_expressions',
      over.place,
      `A flow may have ${MOST_EXPRESSIONS} texts with expressions; move parts to sub-flows.`,
    );
  for (const use of evaluated.slice(0, MOST_EXPRESSIONS)) {
    for (const result of parse(use, issues)) {
      if (result.ok) for (const reference of result.value.references) checkReference(reference, use, names, issues, found);
      else for (const issue of result.issues) issues.add(issue.code, use.place, issue.message, issue.suggestion);
    }
  }
  return found;
};

/** Parsing costs up to 0.1 ms each: this many stay well under a second. */
const MOST_EXPRESSIONS = 5_000;

const parse = (use: Use, issues: IssueList): readonly ParseResult<CheckedExpression>[] => {
  if (use.kind === 'expression') return [checkExpression(use.source)];
  if (Buffer.byteLength(use.source) > LIMITS.templateBytes) {
    issues.add(
      'template_too_large',
      use.place,
      `A text with expressions may have ${LIMITS.templateBytes} bytes; move data to \`vars\` or the input.`,
    );
    return [];
  }
  return checkTemplate(use.source).map(({ result }) => result);
};

const checkReference = (reference: Reference, use: Use, names: FlowNames, issues: IssueList, found: FoundReferences): void => {
  const { root } = reference;
  if (framesAround(use.frame).some((frame) => frame.locals.includes(root))) return;
  if (LOOP_ROOTS.includes(root))
    issues.add(
      'item_outside_loop',
      use.place,
      `\`${root}\` is known only inside the \`nodes\` of a loop; move the node into one.`,
    );
  else if (root === 'nodes') checkNode(reference, use, names, issues, (node, path) => node.reads.push(path));
  else if (root === 'states') checkNode(reference, use, names, issues, (node) => (node.tellsState = true));
  else if (root === 'prev') {
    if (reference.path[0] !== 'args') checkNode(reference, use, names, issues, (node, path) => node.reads.push(path));
  } else if (root === 'vars') checkVariable(reference, use, names, issues);
  else if (root === 'secrets') checkSecret(reference, use, issues, found.secrets);
  else if (!ROOTS.includes(root)) refuseRoot(root, use, issues);
};

const refuseRoot = (root: string, use: Use, issues: IssueList): void => {
  const locals = framesAround(use.frame).flatMap((frame) => frame.locals);
  const foreign = Object.hasOwn(FOREIGN_ROOTS, root) ? FOREIGN_ROOTS[root] : undefined;
  issues.add(
    'unknown_root',
    use.place,
    `Expressions do not know \`${root.slice(0, 100)}\`; they start with ${[...ROOTS.filter((name) => !LOOP_ROOTS.includes(name)), ...locals].join(', ')}.`,
    () => {
      const meant = findNode(use.frame, root) === undefined ? (foreign ?? closest(root, [...ROOTS, ...locals])) : nodeText(root);
      return meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
    },
  );
};

const nodeText = (id: string): string => (id.includes('-') ? `nodes[${JSON.stringify(id)}]` : `nodes.${id}`);

/** What a reference to a node reads of it; the path is that below the node. */
type Note = (node: NodeDraft, path: NodeDraft['reads'][number]) => void;

const checkNode = (reference: Reference, use: Use, names: FlowNames, issues: IssueList, note: Note): void => {
  const [step, ...path] = reference.path;
  if (step === undefined) {
    // All outputs may be read: `nodes` itself, or a dynamic index.
    for (const frame of framesAround(use.frame)) for (const node of frame.nodes.values()) note(node, []);
    return;
  }
  const id = String(step);
  const node = findNode(use.frame, id);
  if (node !== undefined) {
    note(node, path);
    return;
  }
  if (names.allIds.has(id)) {
    issues.add(
      'node_not_visible',
      use.place,
      `The node \`${id}\` is inside another block; read the output of that block instead.`,
    );
    return;
  }
  const visible = visibleIds(use.frame);
  const dashed = visible.find((name) => name.startsWith(`${id}-`));
  const suggestion = (): string | undefined =>
    dashed === undefined ? didYouMean(id, visible) : `Write \`${nodeText(dashed)}\`.`;
  issues.add(
    'unknown_node',
    use.place,
    `There is no node \`${id.slice(0, 100)}\` to read from; name one of this flow.`,
    suggestion,
  );
};

const visibleIds = (frame: FrameDraft): string[] => framesAround(frame).flatMap((around) => [...around.nodes.keys()]);

const checkVariable = (reference: Reference, use: Use, names: FlowNames, issues: IssueList): void => {
  const [name] = reference.path;
  if (name === undefined || reference.optional || Object.hasOwn(names.vars, name)) return;
  issues.add(
    'unknown_var',
    use.place,
    `\`vars\` has no \`${String(name).slice(0, 100)}\`; define it or write a default with \`??\`.`,
    () => didYouMean(String(name), Object.keys(names.vars)),
  );
};

/** The shortest paths that cover all reads of one output: a path below another one is left out. */
export const coveringPaths = (node: NodeDraft): NodeDraft['reads'] => {
  const kept: NodeDraft['reads'] = [];
  for (const path of node.reads.toSorted((left, right) => left.length - right.length)) {
    const covered = kept.some((other) => other.every((step, index) => step === path[index]));
    if (!covered) kept.push(path);
  }
  return kept;
};
