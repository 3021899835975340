import { DEFAULT_ACTION, END } from '../../flow';
import type { FrameDraft, NodeDraft } from '../draft';
import type { IssueList } from '../issues';
import type { Place } from '../place';
import { didYouMean } from '../suggest';

/** Targets exist, actions are ones the type can answer, `needs` and `start` name nodes of the frame. */
export const checkEdges = (frame: FrameDraft, allIds: ReadonlySet<string>, issues: IssueList): void => {
  const names = [...frame.nodes.keys()];
  const checkTarget = (target: string, place: Place): void => {
    if (target === END || frame.nodes.has(target)) return;
    if (allIds.has(target)) {
      issues.add('unknown_target', place, `The node \`${target}\` is in another frame; edges stay inside their own \`nodes\`.`);
      return;
    }
    issues.add(
      'unknown_target',
      place,
      `There is no node \`${target.slice(0, 100)}\` here; name a node of this frame or \`END\`.`,
      () => didYouMean(target, [...names, END]),
    );
  };

  for (const node of frame.nodes.values()) {
    for (const [action, targets] of Object.entries(node.fields.next ?? {})) {
      checkAction(node, action, issues);
      for (const target of targets) checkTarget(target, [...node.place, 'next', action]);
    }
    for (const [index, rule] of (node.fields.catch ?? []).entries())
      for (const target of rule.next) checkTarget(target, [...node.place, 'catch', index, 'next']);
    for (const [field, needed] of waitedFor(node))
      if (!frame.nodes.has(needed))
        issues.add(
          'unknown_target',
          [...node.place, field],
          `There is no node \`${needed.slice(0, 100)}\` here to wait for.`,
          () => didYouMean(needed, names),
        );
  }
  for (const start of frame.start ?? [])
    if (!frame.nodes.has(start))
      issues.add('unknown_target', frame.startPlace, `There is no node \`${start.slice(0, 100)}\` to start with.`, () =>
        didYouMean(start, names),
      );
};

const waitedFor = ({ fields: { needs = [], after = [] } }: NodeDraft): (readonly ['needs' | 'after', string])[] => [
  ...needs.map((needed) => ['needs', needed] as const),
  ...after.map((needed) => ['after', needed] as const),
];

const checkAction = (node: NodeDraft, action: string, issues: IssueList): void => {
  if (action === DEFAULT_ACTION || node.use === undefined || node.use.actions.includes(action)) return;
  const known = [...new Set([...node.use.actions, DEFAULT_ACTION])];
  // Other systems call the only way on `success`.
  const suggestion = (): string | undefined =>
    didYouMean(action, known) ?? (known.length === 1 ? `Did you mean \`${DEFAULT_ACTION}\`?` : undefined);
  issues.add(
    'unknown_action',
    [...node.place, 'next', action],
    `A \`${node.type ?? ''}\` node here never answers \`${action.slice(0, 100)}\`; it answers ${known.join(', ')}.`,
    suggestion,
  );
};
