import { LIMITS, type JournalEntry, type NodeSummary } from '../../../src/flow';
import { pageJournal, pageSummaries } from '../../../src/workflows/query-pages';

const entry = (seq: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  seq,
  at: 1,
  type: 'log',
  level: 'info',
  message: 'm',
  ...more,
});
const big = 'x'.repeat(LIMITS.queryPageBytes);

/** Reads on until nothing comes, as a caller of the query does. */
const readAll = (ring: readonly JournalEntry[], lastSeq: number): JournalEntry[] => {
  const read: JournalEntry[] = [];
  for (;;) {
    const { entries } = pageJournal(ring, lastSeq, read.at(-1)?.seq ?? 0);
    if (entries.length === 0) return read;
    read.push(...entries);
  }
};

describe('pages of the journal', () => {
  test('after a resume the ring is empty, the last seq is the run’s', () => {
    expect(pageJournal([], 17, 3)).toEqual({ entries: [], lastSeq: 17, firstSeq: 18 });
  });

  test('every page has an entry and stays under its limit; paging on reads them all', () => {
    const ring = Array.from({ length: 40 }, (_, n) => entry(n + 1, { message: 'y'.repeat(20_000) }));
    for (const { seq } of ring) {
      const { entries, firstSeq } = pageJournal(ring, 40, seq - 1);
      expect(firstSeq).toBe(1);
      expect(entries.length).toBeGreaterThan(0);
      expect(JSON.stringify(entries).length).toBeLessThan(LIMITS.queryPageBytes + 1_000);
    }
    expect(readAll(ring, 40)).toEqual(ring);
  });

  test('an entry larger than a page comes without its values, marked', () => {
    const failure = { code: 'c', message: 'm', retryable: false, nodePath: 'a', details: big };
    const ring = [
      entry(1),
      entry(2, { data: big, path: 'a', failure }),
      entry(3, { output: { kind: 'inline', value: big } }),
      entry(4),
    ];
    const read = readAll(ring, 4);
    expect(read.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(read[1]).toEqual({
      ...entry(2, { path: 'a' }),
      failure: { code: 'c', message: 'm', retryable: false, nodePath: 'a' },
      data: { truncated: true, bytes: JSON.stringify(ring[1]).length },
    });
    expect(read[2]).not.toHaveProperty('output');
  });
});

test('node states that do not fit are left out, and the answer says so', () => {
  const summary: NodeSummary = {
    state: 'FAIL',
    type: 'http.request',
    path: 'a',
    nodeRunId: 'nrun_1',
    runs: 1,
    attempt: 1,
    maxAttempts: 1,
    error: { code: 'c', message: 'z'.repeat(8_000) },
  };
  const all = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`n${n}`, summary]));
  const { nodes, truncated } = pageSummaries(all);
  expect(truncated).toBe(true);
  expect(JSON.stringify(nodes).length).toBeLessThan(LIMITS.queryPageBytes + 1_000);
  expect(pageSummaries({ a: summary })).toEqual({ nodes: { a: summary }, truncated: false });
});
