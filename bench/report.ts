/** The results as a page. */
import type { Cost } from './corpus';
import { MOST_ADDED_MS, type LiveResult } from './live-row';
import { MOST_DIFFERENT } from './login-row';
import type { Machine } from './machine';
import type { Comparison, Spread } from './measure';
import { MOST_MB, type MemoryResult } from './memory-row';
import type { Row, Target } from './rows';

export interface Measured {
  readonly row: Row;
  readonly server: 'stock' | 'tuned';
  readonly comparison: Comparison;
}
export interface Results {
  readonly machine: Machine;
  /** Load average of one minute before and after. */
  readonly load: readonly [number, number];
  readonly measured: readonly Measured[];
  readonly memory: MemoryResult;
  readonly login: Comparison;
  readonly live: readonly LiveResult[];
  readonly costs: readonly Cost[];
}

const fixed = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
const spread = ({ min, median, max }: Spread): string => `**${fixed(median)}** (${fixed(min)}–${fixed(max)})`;
const inverse = ({ min, median, max }: Spread): Spread => ({ min: 1 / max, median: 1 / median, max: 1 / min });

const targetText = (target: Target): string => {
  switch (target.kind) {
    case 'ratio':
      return `time ≤ ${target.most}×`;
    case 'speed':
      return `speed ≥ ${target.least}×`;
    case 'inform':
      return '–';
  }
};

const reaches = (target: Target, ratio: Spread): boolean => {
  switch (target.kind) {
    case 'ratio':
      return ratio.median <= target.most;
    case 'speed':
      return 1 / ratio.median >= target.least;
    case 'inform':
      return true;
  }
};

const gates = ({ row, server }: Measured): boolean => row.target.kind !== 'inform' && row.gates.includes(server);

/** Whether the median of the ratios reaches the row's target; true for rows that only inform. */
export const isReached = (measured: Measured): boolean =>
  !gates(measured) || reaches(measured.row.target, measured.comparison.ratio);

const verdict = (measured: Measured): string => (gates(measured) ? (isReached(measured) ? 'reached' : '**missed**') : '–');

/** One row of the comparison table. */
export const comparisonLine = (measured: Measured): string => {
  const { row, server, comparison } = measured;
  const { a, b, ratio, rounds, calls } = comparison;
  const figure = row.target.kind === 'speed' ? `speed ${spread(inverse(ratio))}` : `time ${spread(ratio)}`;
  const target = gates(measured) ? targetText(row.target) : '–';
  return `| ${row.a} | ${row.b} | ${server} | ${spread(a)} | ${spread(b)} | ${figure} | ${target} | ${verdict(measured)} | ${rounds} × ${calls} |`;
};

const COMPARISON_HEAD = [
  '| a | b | server | a, ms | b, ms | a : b | target | | rounds × calls |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

const costLine = ({ name, events, markers, tasks, requests, store }: Cost): string => {
  const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
  const listed = Object.entries(requests)
    .sort(([, one], [, other]) => other - one)
    .map(([operation, count]) => `${operation} ${count}`)
    .join(', ');
  return `| ${name} | ${events} | ${markers} | ${tasks} | ${store?.writes ?? '–'} | ${store?.reads ?? '–'} | ${Math.round(total * 10) / 10} | ${listed} |`;
};

export const memoryLines = (memory: MemoryResult): string[] => [
  `- Resident memory of API and worker in one process after ${memory.runs.toLocaleString('en')} runs of the 10 mixed nodes: ` +
    `**${Math.round(memory.endMb)} MB** (after the start ${Math.round(memory.startMb)} MB); target ≤ ${MOST_MB} MB: ` +
    `${memory.endMb <= MOST_MB ? 'reached' : '**missed**'}.`,
  `- Throughput of these runs with ${memory.clients} clients: **${fixed(memory.oursPerSecond)} runs/s**; ` +
    `hand-written with 10 activities: ${fixed(memory.handPerSecond)} runs/s.`,
];

/** A7: a failed log-in takes as long for an e-mail that nobody has. */
export const loginLine = ({ a, b, ratio, rounds, calls }: Comparison): string => {
  const isClose = Math.abs(ratio.median - 1) <= MOST_DIFFERENT;
  return (
    `- A failed log-in takes ${fixed(a.median)} ms for an account, ${fixed(b.median)} ms for an e-mail that nobody has: ` +
    `**${ratio.median.toFixed(3)}** (median of ${rounds} rounds of ${calls} each); target within ${MOST_DIFFERENT * 100} %: ` +
    `${isClose ? 'reached' : '**missed**'}.`
  );
};

export const liveLines = (results: readonly LiveResult[]): string[] => [
  `| API and worker | followers of one run | p50, ms | p99, ms | max, ms | target p99 ≤ ${MOST_ADDED_MS} ms | store reads a second |`,
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...results.map(({ shape, followers, p50, p99, max, reads, seconds }) => {
    const outcome = p99 <= MOST_ADDED_MS ? 'reached' : '**missed**';
    return `| ${shape} | ${followers} | ${fixed(p50)} | **${fixed(p99)}** | ${fixed(max)} | ${outcome} | ${fixed(reads / seconds)} |`;
  }),
];

/** The whole page. */
export const reportPage = ({ machine, load, measured, memory, login, live, costs }: Results): string =>
  [
    '# Results of the benchmark',
    '',
    `Written by \`npm run bench\` on ${machine.date}; how it measures is in [README.md](README.md). Ratios count; milliseconds only`,
    'inform, they are this machine’s.',
    '',
    ...machine.facts.map((fact) => `- ${fact}`),
    `- Load average of the last minute: ${fixed(load[0])} before, ${fixed(load[1])} after (everything measured runs on these cores)`,
    '',
    '## Times',
    '',
    'Median (min–max) over the rounds.',
    '',
    ...COMPARISON_HEAD,
    ...measured.map(comparisonLine),
    '',
    '## Memory and throughput',
    '',
    ...memoryLines(memory),
    '',
    '## Log-in',
    '',
    loginLine(login),
    '',
    '## Live updates',
    '',
    'From the moment that a journal entry is stored to the moment that a WebSocket client of another process has it; 200 entries with',
    'pauses of 5 to 250 ms; 500 followers are 100 accounts.',
    '',
    ...liveLines(live),
    '',
    '## Counts of one run',
    '',
    'Tuned server. Events, markers and workflow tasks of one history; commands to the store and requests to Temporal’s frontend as the',
    'mean of 20 runs, without the polls of idle workers.',
    '',
    '| run | events | markers | tasks | store writes | store reads | requests | by operation |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...costs.map(costLine),
    '',
  ].join('\n');
