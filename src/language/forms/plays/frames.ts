import { z } from 'zod';
import { LIMITS, type JsonObject } from '../../../flow';
import type { IssueList } from '../../issues';
import { checkShape } from '../../shape';
import type { PlaysLayer } from './document';
import { iterationOf, outputOf, translateExpression, type Names, type RefMeaning } from './expressions/translate';
import { assembleLayer, frameOf, lowerLayer, partOf, placeholder, workOf } from './lower-layer';
import { indexGroups } from './layers';
import { MODULES } from './modules';
import { braced } from './modules/module';
import type { ReadLayer } from './reading';
import { createTranslator } from './report';

/** One frame under construction: the root, or the body of an iterator. */
interface Level {
  readonly nodes: JsonObject;
  readonly refs: Map<string, RefMeaning>;
  /** The nodes of the index before. */
  last: string[];
  readonly loop?: Loop;
}
interface Loop {
  readonly ref: string;
  readonly parent: Level;
  /** Refs of the layers in its body. */
  readonly inside: Set<string>;
  /** The node of the level around it that keeps the item there. */
  readonly keptBy?: string;
  /** What its aggregators gather in each iteration: a list in CEL by the aggregator's ref. */
  readonly gathers: Map<string, string>;
}

const iteratorArgs = z.strictObject({
  items: z.json(),
  /** How many items are worked on at a time. */
  batchSize: z.number().int().min(1).max(LIMITS.loopConcurrency).default(1),
});
const aggregatorArgs = z.strictObject({ sourceRef: z.string().min(1), field: z.string().min(1).optional() });

/**
 * The nodes of all layers. Those of one index run at the same time, those of a higher one after all of them have ended in whatever way.
 * An iterator runs what follows it once per item, up to the aggregator that gathers from there, or to the end.
 */
export const buildFrames = (layers: readonly ReadLayer[], issues: IssueList): JsonObject => {
  const known = new Set(layers.map(({ ref }) => ref));
  const root: Level = { nodes: {}, refs: new Map(), last: [] };
  const levels: Level[] = [root];
  const loops: { readonly loop: Loop; readonly body: Level }[] = [];
  const current = (): Level => levels.at(-1) ?? root;

  const endLoopsFor = (group: readonly ReadLayer[]): void => {
    for (const { module, layer } of group) {
      const source = module === 'aggregator' ? layer?.args['sourceRef'] : undefined;
      if (typeof source !== 'string') continue;
      const depth = levels.findIndex(({ loop }) => loop !== undefined && (loop.ref === source || loop.inside.has(source)));
      if (depth > 0) levels.length = depth;
    }
  };

  for (const group of indexGroups(layers)) {
    endLoopsFor(group);
    const level = current();
    const ids: string[] = [];
    const meanings: [string, RefMeaning][] = [];
    let opened: { readonly loop: Loop; readonly body: Level } | undefined;
    for (const read of group) {
      const names: Names = { refs: level.refs, known };
      const { node, meaning, body } = toNode(read, names, level, loops, issues);
      if (body !== undefined && group.length > 1)
        issues.add(
          'invalid_value',
          [...read.place, 'index'],
          'An iterator has an index of its own; move the other layers of this index.',
        );
      const after = body?.loop.keptBy === undefined ? level.last : [...level.last, body.loop.keptBy];
      level.nodes[read.ref] = after.length === 0 ? node : { ...node, after };
      ids.push(read.ref);
      meanings.push([read.ref, meaning]);
      level.loop?.inside.add(read.ref);
      opened ??= body;
    }
    level.last = ids;
    for (const [ref, meaning] of meanings) level.refs.set(ref, meaning);
    if (opened === undefined) continue;
    levels.push(opened.body);
    loops.push(opened);
  }
  for (const { loop, body } of loops) finishBody(loop, body);
  return root.nodes;
};

interface Built {
  readonly node: JsonObject;
  readonly meaning: RefMeaning;
  readonly body?: { readonly loop: Loop; readonly body: Level };
}

const toNode = (
  read: ReadLayer,
  names: Names,
  level: Level,
  loops: readonly { readonly loop: Loop; readonly body: Level }[],
  issues: IssueList,
): Built => {
  const { layer, module } = read;
  const plain = { kind: 'layer', ownState: false } as const;
  if (layer === undefined) return { node: placeholder(), meaning: plain };
  const whole = { ...read, layer };
  if (module === 'iterator') return toIterator(whole, names, level, issues);
  if (module === 'aggregator') return { node: toAggregator(whole, names, level, loops, issues), meaning: plain };
  const known = MODULES[module];
  if (known === undefined) return { node: placeholder(), meaning: plain };
  return {
    node: lowerLayer(whole, known, names, issues),
    meaning: { kind: 'layer', ownState: known.ownState(layer.args) },
  };
};

const toIterator = (read: ReadLayer & { readonly layer: PlaysLayer }, names: Names, level: Level, issues: IssueList): Built => {
  const { layer, place, ref } = read;
  const argsPlace = [...place, 'args'];
  const translator = createTranslator(names, argsPlace, issues);
  const args = checkShape(iteratorArgs, layer.args, argsPlace, issues);
  const items = args === undefined ? [] : translator.template(args.items, ['items']);
  const total = args === undefined || translator.failed ? '0' : `size(${translator.cel(args.items, ['items'])})`;
  const keptBy = keepItem(level);
  const loop: Loop = {
    ref,
    parent: level,
    inside: new Set(),
    gathers: new Map(),
    ...(keptBy === undefined ? {} : { keptBy }),
  };
  const body: Level = { nodes: {}, refs: refsInside(level, ref, total, keptBy), last: [], loop };
  const meaning = { kind: 'layer', ownState: false } as const;
  const frame = frameOf(layer, read, names, issues);
  if (args === undefined || translator.failed || frame === undefined)
    return { node: { ...placeholder(), type: 'group', params: {}, nodes: body.nodes }, meaning, body: { loop, body } };
  const work = workOf(layer, { type: 'loop', params: { items, concurrency: args.batchSize } }, true);
  const node = { ...assembleLayer(layer, frame, work, { approval: undefined, reads: [] }), nodes: body.nodes };
  if (layer.needsApproval !== false)
    issues.add(
      'unsupported',
      [...place, 'needsApproval'],
      'An iterator asks nobody; put the approval on a layer before it or in it.',
    );
  return { node, meaning, body: { loop, body } };
};

/** The item of an iterator around this one, kept by a node: inside, `item` is another. */
const keepItem = ({ loop, refs, nodes }: Level): string | undefined => {
  const meaning = loop === undefined ? undefined : refs.get(loop.ref);
  if (loop === undefined || meaning?.kind !== 'iterator') return undefined;
  const id = partOf(loop.ref, 'item');
  nodes[id] = { type: 'transform', params: { output: braced(iterationOf(meaning.total)) } };
  return id;
};

const refsInside = (level: Level, ref: string, total: string, kept: string | undefined): Level['refs'] => {
  const refs = new Map(level.refs);
  const around = level.loop === undefined ? undefined : refs.get(level.loop.ref);
  if (level.loop !== undefined && around?.kind === 'iterator' && kept !== undefined)
    refs.set(level.loop.ref, { ...around, kept });
  return refs.set(ref, { kind: 'iterator', total });
};

/** `{items, count}` of what a layer gave in every iteration, or of a list that a layer gave once. */
const toAggregator = (
  read: ReadLayer & { readonly layer: PlaysLayer },
  names: Names,
  level: Level,
  loops: readonly { readonly loop: Loop; readonly body: Level }[],
  issues: IssueList,
): JsonObject => {
  const { layer, place, ref } = read;
  const argsPlace = [...place, 'args'];
  const args = checkShape(aggregatorArgs, layer.args, argsPlace, issues);
  const frame = frameOf(layer, read, names, issues);
  if (args === undefined || frame === undefined) return placeholder();
  const { sourceRef, field } = args;
  const ended = loops.find(({ loop }) => loop.parent === level && (loop.ref === sourceRef || loop.inside.has(sourceRef)));
  const scope: Names = ended === undefined ? names : { ...names, refs: ended.body.refs };
  const translator = createTranslator(scope, [...argsPlace, 'sourceRef'], issues);
  const path = `$prev.${sourceRef}${field === undefined ? '' : `.${field}`}`;
  const value = translator.attempt([...argsPlace, 'sourceRef'], 'null', () => translateExpression(path, scope));
  if (layer.needsApproval !== false)
    issues.add('unsupported', [...place, 'needsApproval'], 'An aggregator asks nobody; put the approval on the layer after it.');
  if (translator.failed) return placeholder();
  const isIteration = ended?.loop.ref === sourceRef;
  if (ended !== undefined)
    ended.loop.gathers.set(
      ref,
      isIteration || field === 'state' ? `[${value}]` : `(has(${outputOf(sourceRef)}) ? [${value}] : [])`,
    );
  const items =
    ended === undefined
      ? `(type(${value}) == "list" ? ${value} : [${value}])`
      : `flatten(${outputOf(ended.loop.ref)}.map(row_, row_[${JSON.stringify(ref)}]))`;
  const output = { items: braced(items), count: braced(`size(${items})`) };
  return { type: 'transform', params: { output }, ...frame };
};

/** What an iteration answers: what its aggregators gather. A body without layers gives the item. */
const finishBody = ({ ref, gathers }: Loop, body: Level): void => {
  if (gathers.size === 0 && body.last.length > 0) return;
  const output: JsonObject | string =
    gathers.size === 0 ? '{{ item }}' : Object.fromEntries([...gathers].map(([name, cel]) => [name, braced(cel)]));
  body.nodes[partOf(ref, 'gather')] = {
    type: 'transform',
    params: { output },
    ...(body.last.length === 0 ? {} : { after: body.last }),
  };
};
