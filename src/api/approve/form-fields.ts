/** Forms that a page can show without a script: an object of texts, numbers, choices and yes/no. */
import { z } from 'zod';
import type { Json, JsonObject } from '../../flow';
import { html, NOTHING, type Html } from './html';

const Scalar = z.union([
  z.object({ enum: z.array(z.string()).min(1).max(100), title: z.string().optional() }).transform(({ enum: choices, title }) => ({
    kind: 'choice' as const,
    choices,
    title,
  })),
  z
    .object({
      type: z.enum(['string', 'number', 'integer', 'boolean']),
      title: z.string().optional(),
      maxLength: z.number().optional(),
      enum: z.undefined().optional(),
    })
    .transform(({ type, title }) => ({ kind: type, title })),
]);
const Simple = z.object({
  type: z.literal('object'),
  properties: z.record(z.string().max(100), Scalar),
  required: z.array(z.string()).default([]),
  // What else a schema may say goes beyond one field, and a page could not tell it.
  oneOf: z.undefined().optional(),
  anyOf: z.undefined().optional(),
  allOf: z.undefined().optional(),
  $ref: z.undefined().optional(),
});
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly kind: 'string' | 'number' | 'integer' | 'boolean' | 'choice';
  readonly choices: readonly string[];
  readonly required: boolean;
}
const MOST_FIELDS = 30;
const PREFIX = 'field:';

/** The fields of an approval's form; undefined when it is not that simple. No form has no fields. */
export const fieldsOf = (form: Json | undefined): readonly Field[] | undefined => {
  if (form === undefined) return [];
  const parsed = Simple.safeParse(form);
  if (!parsed.success) return undefined;
  const { properties, required } = parsed.data;
  const fields = Object.entries(properties).map(([name, scalar]) => ({
    name,
    label: scalar.title ?? name,
    kind: scalar.kind,
    choices: scalar.kind === 'choice' ? scalar.choices : [],
    required: required.includes(name),
  }));
  const isComplete = required.every((name) => Object.hasOwn(properties, name));
  return fields.length <= MOST_FIELDS && isComplete ? fields : undefined;
};

/** What the page sent for these fields; judged by the form's schema like any other answer. */
export const answersOf = (fields: readonly Field[], sent: Readonly<Record<string, string>>): JsonObject => {
  const answers: JsonObject = {};
  for (const { name, kind } of fields) {
    const text = Object.hasOwn(sent, name) ? sent[name] : undefined;
    if (kind === 'boolean') answers[name] = text === 'yes';
    else if (text !== undefined && text !== '') answers[name] = kind === 'number' || kind === 'integer' ? toNumber(text) : text;
  }
  return answers;
};
/** Text that is no number stays text, so that the schema refuses it by its name. */
const toNumber = (text: string): Json => (Number.isFinite(Number(text)) ? Number(text) : text);

/** What was sent, with the fields of the form in a member of their own, so that nothing in a form is taken for anything else. */
export const withFields = (sent: unknown): Readonly<Record<string, unknown>> => {
  const members = Object.entries(typeof sent === 'object' && sent !== null ? sent : {});
  const isField = ([name]: readonly [string, unknown]): boolean => name.startsWith(PREFIX);
  const fields = members.filter(isField).map(([name, text]): [string, unknown] => [name.slice(PREFIX.length), text]);
  return { ...Object.fromEntries(members.filter((member) => !isField(member))), fields: Object.fromEntries(fields) };
};

export const renderField = (field: Field, index: number): Html => {
  const id = `field-${index}`;
  const name = `${PREFIX}${field.name}`;
  const required = field.required ? html` required` : NOTHING;
  const label = html`<label for="${id}">${field.label}${field.required ? ' (required)' : ''}</label>`;
  switch (field.kind) {
    case 'boolean':
      return html`<p>
        <input type="checkbox" id="${id}" name="${name}" value="yes" /> <label for="${id}">${field.label}</label>
      </p>`;
    case 'choice': {
      const options = field.choices.map((choice) => html`<option value="${choice}">${choice}</option>`);
      return html`<p>
        ${label}<select id="${id}" name="${name}" ${required}>
          <option value=""></option>
          ${options}
        </select>
      </p>`;
    }
    case 'number':
    case 'integer': {
      const step = field.kind === 'integer' ? '1' : 'any';
      return html`<p>${label}<input type="number" step="${step}" id="${id}" name="${name}" ${required} /></p>`;
    }
    case 'string':
      return html`<p>${label}<input type="text" id="${id}" name="${name}" ${required} /></p>`;
  }
};
