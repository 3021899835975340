import { z } from 'zod';
import { expression, literalText } from '../fields';
import { defineNode } from '../node-type';

export const router = defineNode({
  doc: {
    summary: 'Sends the run along one or several labelled ways.',
    params: [
      { name: 'routes', required: true, text: 'List of `{condition, label}`; conditions are expressions.' },
      { name: 'mode', text: '`first` (default): the first true route is taken. `all`: every true route is, at the same time.' },
      { name: 'default', text: 'The label when no route is true; default `default`.' },
    ],
    output: 'The output of the node before it, passed on.',
    actions: 'The labels of `routes`, the one in `default`; `default`',
    example: `
nodes:
  route:
    type: router
    params:
      mode: all
      routes:
        - { condition: 'input.total > 100', label: audit }
        - { condition: "input.country != 'DE'", label: customs }
      default: plain
    next: { audit: audit, customs: customs, plain: ship }
  audit:
    type: log
    params: { message: 'Audit {{ input.total }}' }
    next: ship
  customs:
    type: log
    params: { message: 'Customs for {{ input.country }}' }
    next: ship
  ship:
    type: transform
    join: all
    params: { output: shipped }
`,
  },
  kinds: { expressions: ['routes.*.condition'], literal: ['routes.*.label', 'mode', 'default'] },
  params: z.strictObject({
    routes: z.array(z.strictObject({ condition: expression, label: literalText })).min(1),
    mode: z.enum(['first', 'all']).default('first'),
    default: literalText.optional(),
  }),
  actions: (value) => [...value.routes.map((route) => route.label), value.default ?? 'default'],
  execution: ['inline'],
  lower: (value) => ({
    kind: 'value',
    route: {
      kind: 'rules',
      rules: value.routes.map((route) => ({ if: route.condition, action: route.label })),
      otherwise: value.default ?? 'default',
      ...(value.mode === 'all' ? { all: true } : {}),
    },
  }),
});
