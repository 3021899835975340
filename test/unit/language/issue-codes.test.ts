import type { Issue } from '../../../src/flow';
import { compileDefinition } from '../../../src/language';

/** One faulty definition per row, and the issue it must give (others may come with it). */
interface Case {
  readonly code: string;
  readonly path: string;
  readonly yaml: string;
  readonly line?: number;
  readonly suggestion?: string;
}

const nodes = (text: string): string => `nodes:\n${text}`;

const CASES: readonly Case[] = [
  { code: 'yaml_syntax', path: '', yaml: 'nodes: [1', line: 1 },
  { code: 'duplicate_key', path: 'nodes.a', yaml: nodes('  a: {type: log}\n  a: {type: log}'), line: 3 },
  { code: 'multiple_documents', path: '', yaml: 'nodes: {}\n---\nnodes: {}' },
  { code: 'unknown_tag', path: '', yaml: 'nodes: !js a', line: 1 },
  { code: 'yaml_alias', path: 'nodes', yaml: 'nodes: *x' },
  { code: 'too_deep', path: '', yaml: `nodes: ${'['.repeat(5_000)}${']'.repeat(5_000)}` },
  { code: 'invalid_key', path: 'nodes', yaml: nodes('  __proto__: {type: log}'), line: 2 },
  { code: 'empty_definition', path: '', yaml: '' },
  { code: 'invalid_value', path: '', yaml: '[]' },
  { code: 'missing_field', path: 'nodes', yaml: 'metadata: {name: x}' },
  { code: 'missing_field', path: 'nodes', yaml: 'nodes: {}' },
  { code: 'unknown_field', path: 'node', yaml: 'node: {}', suggestion: 'Did you mean `nodes`?' },
  {
    code: 'unknown_field',
    path: 'nodes.a.nxt',
    yaml: nodes('  a:\n    type: log\n    params: {message: hi}\n    nxt: b'),
    line: 5,
    suggestion: 'Did you mean `next`?',
  },
  {
    code: 'unknown_field',
    path: 'nodes.a.params.uri',
    yaml: nodes('  a: {type: http.request, params: {uri: "https://x.example"}}'),
    suggestion: 'Did you mean `url`?',
  },
  {
    code: 'missing_field',
    path: 'nodes.a.params.url',
    yaml: nodes('  a:\n    type: http.request\n    params:\n      method: GET'),
    line: 4,
  },
  { code: 'missing_field', path: 'nodes.a.type', yaml: nodes('  a: {params: {}}') },
  {
    code: 'invalid_value',
    path: 'nodes.a.params.method',
    yaml: nodes('  a: {type: http.request, params: {url: "https://x.example", method: FETCH}}'),
  },
  { code: 'invalid_value', path: 'nodes.a.params.url', yaml: nodes('  a: {type: http.request, params: {url: x.example}}') },
  { code: 'invalid_value', path: 'nodes.a', yaml: nodes('  a: 5') },
  {
    code: 'unknown_type',
    path: 'nodes.a.type',
    yaml: nodes('  a: {type: htp.request}'),
    suggestion: 'Did you mean `http.request`?',
  },
  { code: 'unsupported', path: 'nodes.a.type', yaml: nodes('  a: {type: container, params: {image: x}}') },
  {
    code: 'unsupported',
    path: 'nodes.a.batch',
    yaml: nodes('  a: {type: log, params: {message: x}, batch: {strategy: serial}}'),
  },
  {
    code: 'unsupported',
    path: 'nodes.a.params.condition_script',
    yaml: nodes('  a: {type: condition, params: {condition_script: "return true"}}'),
  },
  {
    code: 'unsupported',
    path: 'nodes.a.params.operation',
    yaml: nodes('  a: {type: store, params: {operation: query, key: x}}'),
  },
  {
    code: 'secret_not_allowed_here',
    path: 'nodes.a.params.message',
    yaml: nodes('  a: {type: log, params: {message: "{{ secrets.X }}"}}'),
  },
  {
    code: 'secret_not_literal',
    path: 'nodes.a.params.url',
    yaml: nodes('  a: {type: http.request, params: {url: "{{ secrets[input.name] }}"}}'),
  },
  { code: 'unsupported', path: '', yaml: 'trigger: {}\nsteps: []' },
  { code: 'invalid_name', path: 'nodes.END', yaml: nodes('  END: {type: log, params: {message: x}}') },
  { code: 'invalid_name', path: 'nodes["a b"]', yaml: nodes('  a b: {type: log, params: {message: x}}') },
  { code: 'invalid_duration', path: 'nodes.a.timeout', yaml: nodes('  a: {type: log, params: {message: x}, timeout: soon}') },
  { code: 'invalid_duration', path: 'nodes.a.params.duration', yaml: nodes('  a: {type: delay, params: {duration: 5x}}') },
  {
    code: 'invalid_duration',
    path: 'nodes.a.params.timeout',
    yaml: nodes('  a: {type: script, params: {code: "return 1", timeout: 1m}}'),
  },
  {
    code: 'unknown_target',
    path: 'nodes.a.next.default',
    yaml: nodes('  a: {type: log, params: {message: x}, next: bb}\n  b: {type: log, params: {message: x}}'),
    line: 2,
    suggestion: 'Did you mean `b`?',
  },
  { code: 'unknown_target', path: 'start', yaml: 'start: x\nnodes: {a: {type: log, params: {message: x}}}' },
  {
    code: 'unknown_target',
    path: 'nodes.a.catch[0].next',
    yaml: nodes('  a: {type: log, params: {message: x}, catch: [{errors: "*", next: nowhere}]}'),
  },
  { code: 'unknown_target', path: 'nodes.a.needs', yaml: nodes('  a: {type: log, params: {message: x}, needs: nobody}') },
  {
    code: 'unknown_action',
    path: 'nodes.a.next.sucess',
    yaml: nodes('  a: {type: http.request, params: {url: "https://x.example"}, next: {sucess: END}}'),
    suggestion: 'Did you mean `success`?',
  },
  {
    code: 'unknown_action',
    path: 'nodes.a.next.success',
    yaml: nodes('  a: {type: log, params: {message: x}, next: {success: END}}'),
    suggestion: 'Did you mean `default`?',
  },
  { code: 'field_not_allowed', path: 'nodes.a.next', yaml: nodes('  a: {type: succeed, next: END}') },
  {
    code: 'no_start',
    path: 'nodes',
    yaml: nodes('  a: {type: log, params: {message: x}, next: b}\n  b: {type: log, params: {message: x}, next: a}'),
  },
  {
    code: 'unreachable_node',
    path: 'nodes.b',
    yaml: nodes(
      '  a: {type: log, params: {message: x}}\n  b: {type: log, params: {message: x}, next: c}\n  c: {type: log, params: {message: x}, next: b}',
    ),
    line: 3,
  },
  {
    code: 'join_in_cycle',
    path: 'nodes.j1.join',
    yaml: nodes(
      '  s: {type: log, params: {message: x}, next: [a, b]}\n  a: {type: log, params: {message: x}, next: j1}\n  b: {type: log, params: {message: x}, next: j2}\n' +
        '  j1: {type: log, params: {message: x}, join: all, next: j2}\n  j2: {type: log, params: {message: x}, join: all, next: j1}',
    ),
  },
  {
    code: 'join_too_many',
    path: 'nodes.b.join',
    yaml: nodes('  a: {type: log, params: {message: x}, next: b}\n  b: {type: log, params: {message: x}, join: 2}'),
  },
  {
    code: 'invalid_value',
    path: 'nodes.b.cancelLosers',
    yaml: nodes('  a: {type: log, params: {message: x}, next: b}\n  b: {type: log, params: {message: x}, cancelLosers: true}'),
  },
  {
    code: 'needs_cycle',
    path: 'nodes.a.needs',
    yaml: nodes('  a: {type: log, params: {message: x}, needs: b}\n  b: {type: log, params: {message: x}, needs: a}'),
  },
  {
    code: 'needs_with_edges',
    path: 'nodes.b.needs',
    yaml: nodes('  a: {type: log, params: {message: x}, next: b}\n  b: {type: log, params: {message: x}, needs: a}'),
  },
  { code: 'unknown_target', path: 'nodes.a.after', yaml: nodes('  a: {type: log, params: {message: x}, after: nobody}') },
  {
    code: 'needs_cycle',
    path: 'nodes.a.after',
    yaml: nodes('  a: {type: log, params: {message: x}, after: b}\n  b: {type: log, params: {message: x}, needs: a}'),
  },
  {
    code: 'needs_with_edges',
    path: 'nodes.b.after',
    yaml: nodes('  a: {type: log, params: {message: x}}\n  b: {type: log, params: {message: x}, needs: a, after: a}'),
  },
  {
    code: 'field_not_allowed',
    path: 'nodes.a.outputMap',
    yaml: nodes('  a: {type: log, params: {message: x}, outputMap: {b: c}}'),
  },
  {
    code: 'duplicate_ref',
    path: 'layers[1].ref',
    yaml: 'layers:\n  - {ref: a, appId: var, args: {values: {}}}\n  - {ref: a, appId: var, args: {values: {}}}',
  },
  { code: 'unknown_node', path: 'nodes.a.when', yaml: nodes('  a: {type: log, params: {message: x}, when: states.b == "DONE"}') },
  {
    code: 'execution_not_allowed',
    path: 'nodes.a.execution',
    yaml: nodes('  a: {type: http.request, params: {url: "https://x.example", method: POST}, execution: local}'),
  },
  {
    code: 'execution_not_allowed',
    path: 'nodes.a.execution',
    yaml: nodes('  a: {type: http.request, params: {url: "https://x.example"}, execution: inline}'),
  },
  {
    code: 'execution_not_allowed',
    path: 'nodes.a.execution',
    yaml: nodes('  a: {type: transform, params: {output: 1}, execution: activity}'),
  },
  {
    code: 'too_many_nodes',
    path: 'nodes',
    yaml: nodes(Array.from({ length: 501 }, (_, n) => `  n${n}: {type: log, params: {message: x}}`).join('\n')),
  },
  { code: 'expression_syntax', path: 'nodes.a.params.message', yaml: nodes('  a: {type: log, params: {message: "{{ 1 + }}"}}') },
  { code: 'expression_syntax', path: 'nodes.a.when', yaml: nodes('  a: {type: log, params: {message: x}, when: "1 +"}') },
  {
    code: 'too_many_expressions',
    path: 'nodes.a.params.output[5000]',
    yaml: nodes(`  a: {type: transform, params: {output: [${'"{{ 1 }}", '.repeat(5_001)}]}}`),
  },
  {
    code: 'expression_too_large',
    path: 'nodes.a.when',
    yaml: nodes(`  a: {type: log, params: {message: x}, when: "${'1 + '.repeat(2_000)}1"}`),
  },
  {
    code: 'unknown_function',
    path: 'nodes.a.when',
    yaml: nodes('  a: {type: log, params: {message: x}, when: "launch(input)"}'),
  },
  {
    code: 'regex_invalid',
    path: 'nodes.a.when',
    yaml: nodes('  a: {type: log, params: {message: x}, when: "input.x.matches(\'(\')"}'),
  },
  {
    code: 'template_too_large',
    path: 'nodes.a.params.message',
    yaml: nodes(`  a: {type: log, params: {message: "{{ input.x }}${'x'.repeat(17_000)}"}}`),
  },
  {
    code: 'unknown_root',
    path: 'nodes.a.params.message',
    yaml: nodes('  a: {type: log, params: {message: "{{ inptu.x }}"}}'),
    suggestion: 'Did you mean `input`?',
  },
  {
    code: 'unknown_root',
    path: 'nodes.a.params.message',
    yaml: nodes('  a: {type: log, params: {message: "{{ shared.x }}"}}'),
    suggestion: 'Did you mean `input`?',
  },
  {
    code: 'unknown_root',
    path: 'nodes.b.params.message',
    yaml: nodes('  a: {type: log, params: {message: x}, next: b}\n  b: {type: log, params: {message: "{{ a.x }}"}}'),
    suggestion: 'Did you mean `nodes.a`?',
  },
  {
    code: 'unknown_node',
    path: 'output',
    yaml: 'output: "{{ nodes.fech.body }}"\nnodes: {fetch: {type: log, params: {message: x}}}',
    suggestion: 'Did you mean `fetch`?',
  },
  {
    code: 'node_not_visible',
    path: 'output',
    yaml: 'output: "{{ nodes.inner }}"\nnodes: {g: {type: group, nodes: {inner: {type: log, params: {message: x}}}}}',
  },
  {
    code: 'item_outside_loop',
    path: 'nodes.a.params.message',
    yaml: nodes('  a: {type: log, params: {message: "{{ item.x }}"}}'),
  },
  {
    code: 'unknown_var',
    path: 'output',
    yaml: 'vars: {limit: 3}\noutput: "{{ vars.limt }}"\nnodes: {a: {type: log, params: {message: x}}}',
    suggestion: 'Did you mean `limit`?',
  },
  {
    code: 'invalid_input_schema',
    path: 'input.type',
    yaml: 'input: {type: objekt}\nnodes: {a: {type: log, params: {message: x}}}',
  },
  {
    code: 'invalid_input_schema',
    path: 'input.$ref',
    yaml: 'input: {$ref: "https://x.example/s.json"}\nnodes: {a: {type: log, params: {message: x}}}',
  },
  { code: 'definition_too_large', path: '', yaml: `# ${'x'.repeat(1_048_576)}` },
];

const issuesOf = (text: string): readonly Issue[] => {
  const result = compileDefinition(text);
  return result.ok ? [] : result.issues;
};

describe('every fault has its code, place and advice', () => {
  test.each(CASES.map((row) => [`${row.code} at ${row.path || 'the document'}`, row] as const))('%s', (_, row) => {
    const { yaml, ...wanted } = row;
    const issues = issuesOf(yaml);
    const found = issues.find((issue) => issue.code === row.code && issue.path === row.path);
    expect(found ?? issues).toMatchObject({ ...wanted, message: expect.stringMatching(/\S.*[.`)]$/s) as unknown });
  });
});

test('all faults are told at once, in the order of the document', () => {
  const issues = issuesOf(`metadata: { nam: x }
nodes:
  fetch:
    type: http.request
    params: { url: "https://x.example/{{ inputs.id }}", metod: GET }
    retry: { maxAttempts: 0 }
    next: { success: chek, clienterror: END }
  check:
    type: condition
    params: { if: "nodes.fech.body.total > 10" }
    timeout: later
`);
  expect(issues.map((issue) => [issue.code, issue.path, issue.line])).toEqual([
    ['unknown_field', 'metadata.nam', 1],
    ['unknown_field', 'nodes.fetch.params.metod', 5],
    ['unknown_root', 'nodes.fetch.params.url', 5],
    ['invalid_value', 'nodes.fetch.retry.maxAttempts', 6],
    ['unknown_target', 'nodes.fetch.next.success', 7],
    ['unknown_node', 'nodes.check.params.if', 10],
    ['invalid_duration', 'nodes.check.timeout', 11],
  ]);
});
