import { z } from 'zod';
import { isJsonObject } from '../../../../flow';
import { Refused } from '../expressions/translate';
import { braced, computed, defineModule, type PlaysModule } from './module';

const json = z.json();
const text = z.string();

const textModule = (helper: string): PlaysModule =>
  defineModule({
    args: z.strictObject({ input: json }),
    lower: ({ input }, { cel }) => computed({ result: braced(`${helper}(string(${cel(input, ['input'])}))`) }),
  });

export const base64Encode = textModule('base64Encode');
export const base64Decode = textModule('base64Decode');
export const urlEncode = textModule('urlEncode');
export const urlDecode = textModule('urlDecode');

/** Its output is `values`. */
export const variables = defineModule({
  args: z.strictObject({ values: z.record(z.string(), json) }),
  ownState: ({ values }) => isJsonObject(values) && Object.hasOwn(values, 'state'),
  lower: ({ values }, { template }) => computed(template(values, ['values'])),
});

export const template = defineModule({
  args: z.strictObject({ template: text, data: json.optional() }),
  lower: ({ template: source, data }, { template: toTemplate, cel, names }) =>
    computed({
      result: toTemplate(source, ['template'], data === undefined ? names : { ...names, data: `(${cel(data, ['data'])})` }),
    }),
});

const REGEX = {
  match: (input: string, pattern: string) => `matches(${input}, ${pattern})`,
  find: (input: string, pattern: string) => `regexFind(${input}, ${pattern})`,
  findAll: (input: string, pattern: string) => `regexFindAll(${input}, ${pattern})`,
  replace: (input: string, pattern: string, by: string) => `regexReplace(${input}, ${pattern}, ${by})`,
  split: (input: string, pattern: string) => `regexSplit(${input}, ${pattern})`,
} as const;

export const regex = defineModule({
  args: z.strictObject({
    input: json,
    pattern: text.min(1),
    operation: z.enum(['match', 'find', 'findAll', 'replace', 'split']).default('match'),
    replacement: text.optional(),
  }),
  lower: ({ input, pattern, operation, replacement }, { cel }) => {
    if ((operation === 'replace') !== (replacement !== undefined))
      throw new Refused('expression_syntax', 'Give `replacement` with the operation `replace`, and only there.');
    const whole = `string(${cel(input, ['input'])})`;
    return computed({
      result: braced(REGEX[operation](whole, cel(pattern, ['pattern']), cel(replacement ?? '', ['replacement']))),
    });
  },
});

/** The variable of a list's item in CEL; no author can write it. */
const ITEM = 'item_';

export const arrayFilter = defineModule({
  args: z.strictObject({ items: json, condition: z.union([text.min(1), z.boolean()]) }),
  lower: ({ items, condition }, { cel, condition: toCondition, names }) => {
    const kept = `${cel(items, ['items'])}.filter(${ITEM}, ${toCondition(condition, ['condition'], { ...names, item: ITEM })})`;
    return computed({ items: braced(kept), count: braced(`size(${kept})`) });
  },
});

export const arrayMap = defineModule({
  args: z.strictObject({ items: json, expression: json }),
  lower: ({ items, expression }, { cel, names }) => {
    const list = cel(items, ['items']);
    const mapped = `${list}.map(${ITEM}, ${cel(expression, ['expression'], { ...names, item: ITEM })})`;
    return computed({ items: braced(mapped), count: braced(`size(${list})`) });
  },
});
