import { hasOwn, isArray, keysOf } from './globals';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json } from '../json';
import { memberOf, pathText, type Key } from './access';
import { EvaluationFault, fault } from './fault';
import type { Frame, Run } from './frame';
import { chainOf, type Step } from './shape';
import type { Site } from './site';
import { typeName } from './type-names';

/** A compiled path: its value or undefined when it is missing, and the fault that says where it ends. */
export interface PathRead {
  readonly find: (frame: Frame) => Json | undefined;
  readonly missing: (frame: Frame) => EvaluationFault;
}

type CompiledStep = { readonly key: Key } | { readonly run: Run };

const dynamicKey = (value: Json): Key =>
  typeof value === 'string' || typeof value === 'number'
    ? value
    : fault(`\`[…]\` needs a string or a number, got ${typeName(value)}`);

const keyOf = (step: CompiledStep, frame: Frame): Key => ('key' in step ? step.key : dynamicKey(step.run(frame)));

const compileBase = (base: ASTNode, site: Site): ((frame: Frame) => Json | undefined) => {
  if (base.op !== 'id') return site.compile(base, site);
  const name = base.args;
  const slot = site.bound.get(name);
  if (slot !== undefined) return (frame) => frame.slots[slot];
  return (frame) => (hasOwn(frame.scope, name) ? frame.scope[name] : undefined);
};

const shown = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

/** What is there instead, as a hint; names only, never values. */
const instead = (holder: Json, key: Key): string => {
  if (key === 'length' || key === 'size') return 'size(x) gives the number of items';
  if (isArray(holder)) return `the list has ${holder.length} items, counted from 0`;
  if (typeof holder !== 'object' || holder === null) return `it is a ${typeName(holder)}`;
  const names = keysOf(holder);
  return names.length === 0 ? 'the map is empty' : `it has ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
};

const compileSteps = (steps: readonly Step[], site: Site): readonly CompiledStep[] =>
  steps.map((step) => ('key' in step ? step : { run: site.compile(step.node, site) }));

/** The path of a `.x[…]` chain or a name. */
export const compilePath = (ast: ASTNode, site: Site): PathRead => {
  const chain = chainOf(ast);
  const steps = compileSteps(chain.steps, site);
  const base = compileBase(chain.base, site);
  const find = (frame: Frame): Json | undefined => {
    let value = base(frame);
    for (const step of steps) {
      if (value === undefined) return undefined;
      value = memberOf(value, keyOf(step, frame));
    }
    return value;
  };
  const path = shown(site.parsed.textOf(ast));
  const start = shown(site.parsed.textOf(chain.base));
  const missing = (frame: Frame): EvaluationFault => {
    const holderPath: Key[] = [];
    let holder = base(frame);
    if (holder === undefined) return new EvaluationFault(`\`${path}\` is missing: there is no \`${start}\` here`, path);
    for (const step of steps) {
      const key = keyOf(step, frame);
      const value = memberOf(holder, key);
      if (value === undefined) {
        const where = pathText(start, holderPath);
        const end = `\`${where}\` has no ${typeof key === 'number' ? `item ${key}` : `\`${key}\``} (${instead(holder, key)})`;
        return new EvaluationFault(`\`${path}\` is missing: ${end}; write \`?? default\` if it may be`, path);
      }
      holder = value;
      holderPath.push(key);
    }
    return new EvaluationFault(`\`${path}\` is missing`, path);
  };
  return { find, missing };
};
