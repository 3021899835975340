import { NODE_TYPES, type NodeTypeName } from './nodes';

/** The page docs/nodes/<type>.md: written from the type's own documentation, so that the two cannot differ. */
export const renderNodeDoc = (type: NodeTypeName): string => {
  const { summary, params, output, actions, notes = [], example } = NODE_TYPES[type].doc;
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = params.map(
    (param) => [`\`${param.name}\`${param.required === true ? ' (required)' : ''}`, cell(param.text)] as const,
  );
  const table = rows.length === 0 ? 'None.' : renderTable([['name', 'meaning'], ...rows]);
  return [
    `# ${type}`,
    summary,
    '## Params',
    table,
    '## Answers',
    `Output: ${output}`,
    `Actions: ${actions}`,
    ...(notes.length === 0 ? [] : ['## Notes', ...notes]),
    '## Example',
    `\`\`\`yaml\n${example.trim()}\n\`\`\``,
    'Fields that every node has (`next`, `retry`, `timeout`, …) are in [the flow language](../flow-language.md).',
  ]
    .join('\n\n')
    .concat('\n');
};

/** A Markdown table with aligned columns, as the formatter of the repository writes it. */
const renderTable = (rows: readonly (readonly [string, string])[]): string => {
  const widths = [0, 1].map((column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (left: string, right: string, fill = ' '): string =>
    `| ${left.padEnd(widths[0] ?? 3, fill)} | ${right.padEnd(widths[1] ?? 3, fill)} |`;
  const [head, ...body] = rows.map(([left, right]) => line(left, right));
  return [head, line('', '', '-'), ...body].join('\n');
};
