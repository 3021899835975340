import { z } from 'zod';
import { expression, literalText } from '../fields';
import { defineNode } from '../node-type';

const simple = z.strictObject({ if: expression });
const rules = z.strictObject({
  conditions: z.array(z.strictObject({ condition: expression, action: literalText })).min(1),
  default_action: literalText.optional(),
});
type Params = z.infer<typeof simple> | z.infer<typeof rules>;

export const condition = defineNode<Params>({
  doc: {
    summary: 'Chooses the way on by expressions.',
    params: [
      { name: 'if', required: true, text: 'An expression that gives true or false; the node answers `true` or `false`.' },
      { name: 'conditions', text: 'Instead of `if`: a list of `{condition, action}`; the first true one gives the action.' },
      { name: 'default_action', text: 'With `conditions`: the action when none is true; default `default`.' },
    ],
    output: 'The output of the node before it, passed on.',
    actions: '`true` and `false`, or the actions named in `conditions` and `default_action`; `default`',
    notes: [
      'Expressions stand here without `{{ }}`. In YAML the keys `true` and `false` of `next` may be written with or without quotes.',
    ],
    example: `
nodes:
  large:
    type: condition
    params: { if: 'input.total > 1000' }
    next: { 'true': check, 'false': book }
  check:
    type: log
    params: { level: warn, message: 'Large order of {{ input.total }}' }
    next: book
  book:
    type: transform
    params: { output: { booked: '{{ input.total }}' } }
`,
  },
  kinds: { expressions: ['if', 'conditions.*.condition'], literal: ['conditions.*.action', 'default_action'] },
  unsupported: {
    condition_script:
      'Scripts as conditions are not supported; write the rule in `if` as an expression, or compute it in a script node before.',
  },
  params: (raw): z.ZodType<Params> => (raw['conditions'] === undefined && raw['default_action'] === undefined ? simple : rules),
  actions: (value) =>
    'if' in value ? ['true', 'false'] : [...value.conditions.map((rule) => rule.action), value.default_action ?? 'default'],
  execution: ['inline'],
  lower: (value) => ({
    kind: 'value',
    route:
      'if' in value
        ? { kind: 'boolean', if: value.if }
        : {
            kind: 'rules',
            rules: value.conditions.map((rule) => ({ if: rule.condition, action: rule.action })),
            otherwise: value.default_action ?? 'default',
          },
  }),
});
