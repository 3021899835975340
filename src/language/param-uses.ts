import type { Json, JsonObject } from '../flow';
import type { FrameDraft, Use } from './draft';
import { bareExpression, hasTemplate } from './fields';
import type { IssueList } from './issues';
import type { ParamKinds } from './node-type';
import type { Place } from './place';

const isBelow = (patterns: readonly string[] | undefined, [top]: Place): boolean =>
  (patterns ?? []).some((pattern) => pattern === top);

const matches = (patterns: readonly string[] | undefined, path: Place): boolean => {
  const text = path.map((step) => (typeof step === 'number' ? '*' : step));
  return (patterns ?? []).some((pattern) => {
    const steps = pattern.split('.');
    return steps.length === text.length && steps.every((step, index) => step === '*' || step === text[index]);
  });
};

/** Where the strings of one node's params are looked up. */
interface Where {
  readonly kinds: ParamKinds;
  readonly frame: FrameDraft;
  readonly body?: FrameDraft | undefined;
}

/** The frame whose names an expression at this path sees. */
const frameFor = (path: Place, { kinds, frame, body }: Where): FrameDraft => {
  if (body === undefined) return frame;
  if (matches(kinds.inBody, path)) return body;
  return matches(kinds.withLocals, path) ? { ...body, nodes: new Map() } : frame;
};

/** Every expression and template in a node's params. Keys are not templated: one that looks so is warned of. */
export const collectParamUses = (params: JsonObject, place: Place, where: Where, warnings: IssueList): Use[] => {
  const uses: Use[] = [];
  const visit = (value: Json, path: Place): void => {
    if (matches(where.kinds.literal, path)) return;
    if (matches(where.kinds.expressions, path)) {
      if (typeof value !== 'string') return;
      uses.push({ kind: 'expression', source: bareExpression(value), place: [...place, ...path], frame: frameFor(path, where) });
    } else if (typeof value === 'string') {
      uses.push({
        kind: 'template',
        source: value,
        place: [...place, ...path],
        frame: where.frame,
        ...(isBelow(where.kinds.secretCapable, path) ? { secretCapable: true } : {}),
      });
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) {
        if (hasTemplate(key))
          warnings.add(
            'template_in_key',
            [...place, ...path, key],
            'Keys are not evaluated; build the map with an expression instead.',
          );
        visit(item, [...path, key]);
      }
    }
  };
  visit(params, []);
  return uses;
};
