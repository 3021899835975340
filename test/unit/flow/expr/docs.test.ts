import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkExpression, evaluateExpression, resolveTemplate } from '../../../../src/flow/expr';
import { HELPERS } from '../../../../src/flow/expr/functions';
import type { Json, JsonObject } from '../../../../src/flow/json';
import { contextOf, frozen, refusalOf } from './support';

const page = readFileSync(join(__dirname, '../../../../docs/expressions.md'), 'utf8');

const scope = frozen(JSON.parse(/```json scope\n(.*?)```/s.exec(page)?.[1] ?? 'null') as JsonObject);

/** Rows of the tables with this header: the text between the backticks of both cells (a result without them is a verdict). */
const rowsUnder = (header: string): [string, string][] => {
  const rows: [string, string][] = [];
  let inside = false;
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) inside = false;
    else if (new RegExp(`^\\| ${header} +\\| Result +\\|$`).test(line)) inside = true;
    else if (inside && !line.startsWith('| ---')) {
      const match = /^\| `(.*)` +\| (?:`(.*)`|([a-z]+: [a-z_]+)) +\|$/.exec(line.replaceAll('\\|', '|'));
      if (match === null) throw new Error(`This row is no example: ${line}`);
      rows.push([match[1] ?? '', match[2] ?? match[3] ?? '']);
    }
  }
  return rows;
};

const expressions = rowsUnder('Expression');
const templates = rowsUnder('Template');

describe('docs/expressions.md', () => {
  it('has examples of expressions and templates', () => {
    expect(expressions.length).toBeGreaterThan(100);
    expect(templates.length).toBeGreaterThan(5);
  });

  it.each(expressions)('%s is %s', (source, result) => {
    const verdict = /^(error|refused): (\w+)$/.exec(result);
    if (verdict?.[1] === 'refused') {
      const checked = checkExpression(source);
      expect(checked.ok ? 'accepted' : checked.issues[0]?.code).toBe(verdict[2]);
    } else if (verdict !== null) {
      expect(refusalOf(() => evaluateExpression(source, scope, contextOf())).code).toBe(verdict[2]);
    } else expect(evaluateExpression(source, scope, contextOf())).toStrictEqual(JSON.parse(result));
  });

  it.each(templates)('%s becomes %s', (template, result) => {
    expect(resolveTemplate(JSON.parse(template) as Json, scope, contextOf())).toStrictEqual(JSON.parse(result));
  });

  it('shows every helper in an example', () => {
    const shown = expressions.map(([source]) => source).join('\n');
    expect(Object.keys(HELPERS).filter((name) => !new RegExp(`\\b${name}\\(`).test(shown))).toEqual([]);
  });
});
