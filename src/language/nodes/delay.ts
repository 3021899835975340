import { z } from 'zod';
import { durationOrTemplate } from '../fields';
import { defineNode } from '../node-type';

export const delay = defineNode({
  doc: {
    summary: 'Pauses this branch of the run.',
    params: [
      {
        name: 'duration',
        required: true,
        text: '`250ms`, `5s`, `10m`, `1h30m`, `7d`, `PT5M`, a number of seconds, or an expression that gives such text.',
      },
    ],
    output: 'The output of the node before it, passed on.',
    actions: '`default`',
    notes: [
      'A pause survives restarts and may last up to 366 days. An expression that gives a number means seconds, like a number written here.',
    ],
    example: `
nodes:
  cool:
    type: delay
    params: { duration: "{{ input.pause ?? '2s' }}" }
    next: go
  go:
    type: transform
    params: { output: went }
`,
  },
  params: z.strictObject({ duration: durationOrTemplate() }),
  actions: [],
  execution: ['inline'],
  lower: ({ duration }) => ({ kind: 'delay', duration }),
});
