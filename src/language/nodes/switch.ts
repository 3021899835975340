import { z } from 'zod';
import { expression, literalText } from '../fields';
import { defineNode } from '../node-type';
import { check } from '../shape';

const cases = z
  .record(z.string(), literalText)
  .check(
    check((value: Record<string, string>) =>
      Object.keys(value).length === 0 ? { message: 'Give at least one case.' } : undefined,
    ),
  );

export const switchNode = defineNode({
  doc: {
    summary: 'Chooses the way on by the value of one expression.',
    params: [
      { name: 'value', required: true, text: 'The expression; its value is compared as text.' },
      { name: 'cases', required: true, text: 'Map of value → action.' },
      { name: 'default', text: 'The action when no case fits; default `default`.' },
    ],
    output: 'The output of the node before it, passed on.',
    actions: 'The actions named in `cases` and `default`; `default`',
    example: `
nodes:
  by_kind:
    type: switch
    params:
      value: input.kind
      cases: { invoice: pay, reminder: remind }
    next: { pay: pay, remind: remind, default: ignore }
  pay:
    type: transform
    params: { output: paid }
  remind:
    type: transform
    params: { output: reminded }
  ignore:
    type: succeed
    params: { state: SKIP }
`,
  },
  kinds: { expressions: ['value'], literal: ['cases.*', 'default'] },
  params: z.strictObject({ value: expression, cases, default: literalText.optional() }),
  actions: (value) => [...Object.values(value.cases), value.default ?? 'default'],
  execution: ['inline'],
  lower: (value) => ({
    kind: 'value',
    route: { kind: 'switch', on: value.value, cases: value.cases, otherwise: value.default ?? 'default' },
  }),
});
