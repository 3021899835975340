import fc from 'fast-check';
import { stringify } from 'yaml';
import type { FramePlan, Issue } from '../../../src/flow';
import { compileDefinition, NODE_TYPE_NAMES, NODE_TYPES } from '../../../src/language';

const EXAMPLES = NODE_TYPE_NAMES.map((type) => NODE_TYPES[type].doc.example);

const isGoodIssue = (issue: Issue): boolean =>
  /^[a-z][a-z0-9_]*$/.test(issue.code) &&
  issue.message.length > 0 &&
  issue.message.length < 2_000 &&
  (issue.line === undefined || issue.line >= 1);

/** Compiles without throwing, and refuses only with issues that say something. */
const isTotal = (text: string): void => {
  const result = compileDefinition(text);
  if (result.ok) expect(Object.keys(result.plan.root.nodes).length).toBeGreaterThan(0);
  else {
    expect(result.issues.length).toBeGreaterThan(0);
    expect(result.issues.filter((issue) => !isGoodIssue(issue))).toEqual([]);
  }
};

describe('compiling is total', () => {
  test('on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), isTotal), { numRuns: 250 });
  });

  test('on text of YAML and JSON pieces', () => {
    const piece = fc.constantFrom(
      'nodes',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '&a',
      '*a',
      '!x',
      '|',
      '>',
      '---',
      '#',
      'type',
      'log',
      '<<',
      '~',
      '?',
      ',',
      '{{',
      '}}',
      '\t',
      '1e9',
      '\0',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        isTotal,
      ),
      { numRuns: 400 },
    );
  });

  test('on examples with a piece removed, repeated or changed', () => {
    const change = fc.record({
      example: fc.constantFrom(...EXAMPLES),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(20),
      insert: fc.oneof(
        fc.string({ maxLength: 5 }),
        fc.constantFrom(': ', '\n', '}', '"', '{{ nodes.x }}', 'constructor', '__proto__', '\n  '),
      ),
    });
    const apply = ({ example, at, length, insert }: { example: string; at: number; length: number; insert: string }): void => {
      const from = Math.floor(at * example.length);
      isTotal(example.slice(0, from) + insert + example.slice(from + length));
    };
    fc.assert(fc.property(change, apply), { numRuns: 400 });
  });

  test('on any JSON in the place of nodes, params and other fields', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    const field = fc.constantFrom(
      'params',
      'next',
      'needs',
      'join',
      'when',
      'retry',
      'timeout',
      'onError',
      'catch',
      'compensate',
      'execution',
      'name',
      'nodes',
      'start',
      'branches',
      'finally',
      'type',
    );
    const node = fc
      .tuple(fc.constantFrom(...NODE_TYPE_NAMES), fc.dictionary(field, value, { maxKeys: 4 }))
      .map(([type, fields]) => ({ type, ...fields }));
    const definition = fc
      .record({ nodes: fc.oneof(value, fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(node, value), { maxKeys: 4 })) })
      .chain((known) =>
        fc
          .dictionary(fc.constantFrom('metadata', 'input', 'output', 'vars', 'start', 'finally', 'timeout'), value, {
            maxKeys: 3,
          })
          .map((more) => ({ ...known, ...more })),
      );
    fc.assert(
      fc.property(definition, (data) => isTotal(JSON.stringify(data))),
      { numRuns: 250 },
    );
  });
});

/** A graph of logs whose edges all exist: forks, cycles and joins anywhere. */
const graph = fc.integer({ min: 1, max: 8 }).chain((size) => {
  const target = fc.nat(size - 1).map((n) => `n${n}`);
  const node = fc.record({
    type: fc.constant('log'),
    params: fc.constant({ message: 'x' }),
    next: fc.record({ default: fc.array(target, { minLength: 1, maxLength: 3 }) }, { requiredKeys: [] }),
    join: fc.option(fc.constantFrom('all', 'any'), { nil: undefined, freq: 4 }),
  });
  return fc
    .array(node, { minLength: size, maxLength: size })
    .map((nodes) => ({ nodes: Object.fromEntries(nodes.map((one, index) => [`n${index}`, one])) }));
});

describe('laws of compiling', () => {
  const withoutUndefined = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

  test('the same data as YAML and as JSON gives the same plan, and the same issues apart from lines', () => {
    const bare = (text: string): unknown => {
      const result = compileDefinition(text);
      return result.ok ? result.plan : new Set(result.issues.map(({ code, path, message }) => `${code} ${path} ${message}`));
    };
    fc.assert(
      fc.property(graph, (data) => {
        expect(bare(stringify(withoutUndefined(data)))).toEqual(bare(JSON.stringify(data, null, 2)));
      }),
      { numRuns: 200 },
    );
  });

  test('in a compiled frame every node can be reached from the start, and every target exists', () => {
    const visit = (frame: FramePlan): Set<string> => {
      const seen = new Set<string>(frame.start);
      for (const id of seen) for (const target of Object.values(frame.nodes[id]?.next ?? {}).flat()) seen.add(target);
      return seen;
    };
    let compiled = 0;
    fc.assert(
      fc.property(graph, (data) => {
        const result = compileDefinition(JSON.stringify(data));
        if (!result.ok) return;
        compiled += 1;
        expect(visit(result.plan.root)).toEqual(new Set(Object.keys(result.plan.root.nodes)));
      }),
      { numRuns: 300 },
    );
    expect(compiled).toBeGreaterThan(20);
  });

  test('a plan is plain JSON', () => {
    for (const example of EXAMPLES) {
      const result = compileDefinition(example);
      if (!result.ok) throw new Error(JSON.stringify(result.issues));
      expect(JSON.parse(JSON.stringify(result.plan))).toEqual(result.plan);
    }
  });

  test('a bad expression anywhere in the params of any type is found', () => {
    const strings = (example: string): string[] => [
      ...new Set([...example.matchAll(/(["'])(?:(?!\1).)*\{\{(?:(?!\1).)*\1/g)].map((match) => match[0])),
    ];
    for (const example of EXAMPLES)
      for (const text of strings(example)) {
        const result = compileDefinition(example.replace(text, '"{{ nodes.none_such.x }}"'));
        expect({ text, ok: result.ok }).toEqual({ text, ok: false });
      }
  });
});
