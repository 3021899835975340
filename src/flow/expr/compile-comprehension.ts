import { isArray, keysOf } from './globals';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../json';
import { LIMITS } from '../limits';
import { fault } from './fault';
import { COST, type Frame, type Run } from './frame';
import { grouped } from './functions/lists';
import { sortedBy } from './functions/ordering';
import { countNodes, type Comprehension } from './shape';
import { refuse, type Site } from './site';
import { typeName } from './type-names';

/** Does one item's work with the item in its slot. */
type Body = (frame: Frame, item: Json) => Json;

/** The items of a list, or the keys of a map (as in CEL). */
const itemsOf = (value: Json, name: string): readonly Json[] => {
  if (isArray(value)) return value;
  if (typeof value === 'object' && value !== null) return keysOf(value);
  return fault(`${name}() needs a list or a map, got ${typeName(value)}`);
};

const isTrue = (value: Json, name: string): boolean =>
  typeof value === 'boolean' ? value : fault(`${name}() needs a condition that is true or false, got ${typeName(value)}`);

type Work = (items: readonly Json[], frame: Frame, first: Body, second: Body | undefined) => Json;

const WORK: Readonly<Record<Comprehension['name'], Work>> = {
  map(items, frame, first, second) {
    if (second === undefined) return items.map((item) => first(frame, item));
    return items.flatMap((item) => (isTrue(first(frame, item), 'map') ? [second(frame, item)] : []));
  },
  filter: (items, frame, body) => items.filter((item) => isTrue(body(frame, item), 'filter')),
  all: (items, frame, body) => items.every((item) => isTrue(body(frame, item), 'all')),
  exists: (items, frame, body) => items.some((item) => isTrue(body(frame, item), 'exists')),
  exists_one: (items, frame, body) => items.filter((item) => isTrue(body(frame, item), 'exists_one')).length === 1,
  sortBy(items, frame, body) {
    const keys = items.map((item) => body(frame, item));
    return sortedBy(items, keys, frame.context.meter, 'sortBy()');
  },
  groupBy: (items, frame, body) =>
    grouped(
      items,
      items.map((item) => body(frame, item)),
    ),
};

/** Fixes C1: nesting is refused here, and each level charges all its items before the first one is evaluated. */
export const compileComprehension = (ast: ASTNode, site: Site, comprehension: Comprehension): Run => {
  const { name, variable, iterable, bodies } = comprehension;
  if (site.depth >= LIMITS.comprehensionNesting)
    return refuse(site, ast, {
      code: 'expression_too_large',
      message: `\`${name}\` is nested more than ${LIMITS.comprehensionNesting} deep; use a loop or a jsonata node.`,
    });
  const slot = site.depth;
  const inner: Site = { ...site, bound: new Map([...site.bound, [variable, slot]]), depth: site.depth + 1 };
  const range = site.compile(iterable, site);
  const compiled = bodies.map((body): Body => {
    const run = site.compile(body, inner);
    return (frame, item) => {
      frame.slots[slot] = item;
      return run(frame);
    };
  });
  const costOfItem = COST.item + bodies.reduce((sum, body) => sum + countNodes(body), 0) * COST.node;
  const [first, second] = compiled;
  return (frame) => {
    const items = itemsOf(range(frame), name);
    frame.context.meter.spend(items.length * costOfItem);
    return first === undefined ? null : WORK[name](items, frame, first, second);
  };
};
