import { aCall, aLayer, failing, issuesOf, play } from './support';

const each = (ref: string, index: number, items: string, more = {}) =>
  aLayer(ref, index, { appId: 'iterator', args: { items, ...more } });
const gather = (ref: string, index: number, sourceRef: string, field?: string) =>
  aLayer(ref, index, { appId: 'aggregator', args: { sourceRef, ...(field === undefined ? {} : { field }) } });
const values = (more: Record<string, string>) => ({ args: { values: more } });
const LINES = '{{ $prev.args.lines }}';

test('an iterator runs what follows once per item; the aggregator ends it', () => {
  const run = play(
    [
      each('each', 0, LINES),
      aLayer(
        'line',
        1,
        values({
          n: '{{ mul $prev.each.item.n 10 }}',
          at: '{{ $prev.each.index }}',
          of: '{{ $prev.each.total }}',
          last: '{{ $prev.each.isLast }}',
        }),
      ),
      gather('sum', 2, 'line', 'n'),
      gather('all', 2, 'line'),
      aLayer('end', 3, values({ count: '{{ $prev.sum.count }}', items: '{{ $prev.sum.items }}' })),
    ],
    { args: { lines: [{ n: 1 }, { n: 2 }] } },
  );
  expect(run.outputs['end']).toEqual({ count: 2, items: [10, 20] });
  expect(run.outputs['all']).toEqual({
    count: 2,
    items: [
      { n: 10, at: 0, of: 2, last: false },
      { n: 20, at: 1, of: 2, last: true },
    ],
  });
});

test('layers inside keep their order, filters and states', () => {
  const run = play(
    [
      each('each', 0, LINES),
      aCall('a', 1, { onError: 'continue' }),
      aLayer('bad', 2, {
        ...values({ i: '{{ $prev.each.item }}' }),
        filters: [{ leftValue: '{{ $prev.a.state }}', operator: 'eq', rightValue: 'FAIL' }],
      }),
      gather('failed', 3, 'bad', 'i'),
      gather('states', 3, 'a', 'state'),
    ],
    { args: { lines: ['x', 'y', 'z'] }, answers: failing('each[1]/a') },
  );
  expect(run.outputs['failed']).toEqual({ items: ['y'], count: 1 });
  expect(run.outputs['states']).toEqual({ items: ['DONE', 'FAIL', 'DONE'], count: 3 });
});

test('iterators inside of iterators', () => {
  const run = play(
    [
      each('outer', 0, LINES),
      each('inner', 1, '{{ $prev.outer.item }}'),
      aLayer('cell', 2, values({ v: '{{ $prev.inner.item }}-{{ $prev.outer.index }}' })),
      gather('row', 3, 'cell', 'v'),
      gather('table', 4, 'row', 'items'),
    ],
    { args: { lines: [['a', 'b'], ['c']] } },
  );
  expect(run.outputs['table']).toEqual({ items: [['a-0', 'b-0'], ['c-1']], count: 2 });
});

test('items are gathered from the iterator itself, and from a list that a layer gave', () => {
  const run = play(
    [
      each('each', 0, LINES),
      gather('same', 1, 'each', 'item'),
      aLayer('l', 2, values({ v: LINES })),
      gather('list', 3, 'l', 'v'),
    ],
    {
      args: { lines: [1, 2] },
    },
  );
  expect(run.outputs).toMatchObject({ same: { items: [1, 2], count: 2 }, list: { items: [1, 2], count: 2 } });
});

test('batchSize is how many items are worked on at a time', () => {
  const run = play([each('each', 0, LINES, { batchSize: 2 }), aCall('a', 1)], { args: { lines: [1, 2, 3] }, pause: true });
  expect(run.pending).toHaveLength(2);
  run.settle();
  expect(run.commands.filter((command) => command.type === 'call')).toHaveLength(3);
});

test('a failure in an iteration fails the play, unless the iterator goes on', () => {
  const layers = (onError: string) => [{ ...each('each', 0, LINES), onError }, aCall('a', 1)];
  const answers = failing();
  expect(play(layers('fail'), { args: { lines: [1] }, answers }).state).toBe('FAIL');
  expect(play(layers('continue'), { args: { lines: [1] }, answers }).states['each']).toBe('FAIL');
});

test.each([
  ['beside another layer', [each('e', 0, LINES), aLayer('x', 0)], 'invalid_value', 'layers[0].index'],
  [
    'inside read from outside',
    [each('e', 0, LINES), aLayer('x', 1), gather('g', 2, 'x'), aLayer('y', 3, values({ v: '{{ $prev.x.ref }}' }))],
    'node_not_visible',
    'layers[3].args.values.v',
  ],
  ['a source that is nowhere', [gather('g', 0, 'x')], 'unknown_node', 'layers[0].args.sourceRef'],
  [
    'a member that no iterator gives',
    [each('e', 0, LINES), aLayer('x', 1, values({ v: '{{ $prev.e.key }}' }))],
    'unknown_node',
    'layers[1].args.values.v',
  ],
  ['an approval', [{ ...each('e', 0, LINES), needsApproval: true }, aLayer('x', 1)], 'unsupported', 'layers[0].needsApproval'],
])('%s is refused', (_, layers, code, path) => {
  expect(issuesOf(layers)).toMatchObject([{ code, path }]);
});
