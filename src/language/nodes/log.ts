import { z } from 'zod';
import { anyValue, orTemplate, text } from '../fields';
import { defineNode } from '../node-type';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

export const log = defineNode({
  doc: {
    summary: 'Writes a line to the log of the run.',
    params: [
      { name: 'message', required: true, text: 'The text.' },
      { name: 'level', text: `One of ${LEVELS.join(', ')}; default info.` },
      { name: 'data', text: 'Any value that goes with the line.' },
    ],
    output: 'The output of the node before it, passed on.',
    actions: '`default`',
    example: `
nodes:
  note:
    type: log
    params:
      level: info
      message: 'Order {{ input.orderId }} came in'
      data: { total: '{{ input.total ?? 0 }}' }
`,
  },
  params: z.strictObject({ message: text, level: orTemplate(z.enum(LEVELS)).default('info'), data: anyValue.optional() }),
  actions: [],
  execution: ['inline'],
  lower: ({ message, level, data }) => ({
    kind: 'value',
    log: { level, message, ...(data === undefined ? {} : { data }) },
  }),
});
