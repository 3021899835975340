/** The benchmark: each server in turn, each row on it, then memory and counts. Nothing else should run on the machine. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { countCorpus } from './corpus';
import { measureLive } from './live-row';
import { measureLogin } from './login-row';
import { describeMachine, loadNow } from './machine';
import { compare } from './measure';
import { measureMemory } from './memory-row';
import { comparisonLine, isReached, liveLines, loginLine, memoryLines, reportPage, type Measured } from './report';
import { ROWS, type Row } from './rows';
import { withSetting } from './setting';

const RESULTS = join(__dirname, 'results.md');
const NAMES = [...ROWS.map((row) => row.name), 'memory', 'login', 'live', 'counts'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const compareOn = (server: 'stock' | 'tuned', rows: readonly Row[]): Promise<{ measured: Measured[]; standIn: boolean }> =>
  withSetting({ tuned: server === 'tuned' }, async (setting) => {
    const measured: Measured[] = [];
    for (const row of rows) {
      const { a, b } = await row.sides(setting);
      const found = { row, server, comparison: await compare(a, b, row.plan) };
      say(comparisonLine(found));
      measured.push(found);
    }
    return { measured, standIn: setting.mongo.standIn };
  });

/** @param wanted names of rows; none: all of them, and bench/results.md is written */
export async function runBench(wanted: readonly string[]): Promise<void> {
  const unknown = wanted.filter((name) => !NAMES.includes(name));
  if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')}. There are: ${NAMES.join(', ')}.`);
  const takes = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
  const before = loadNow();
  const rows = ROWS.filter((row) => takes(row.name));
  const tuned = rows.length > 0 ? await compareOn('tuned', rows) : undefined;
  const stock = rows.length > 0 ? await compareOn('stock', rows) : undefined;
  const memory = takes('memory') ? await measureMemory() : undefined;
  if (memory !== undefined) say(memoryLines(memory).join('\n'));
  const login = takes('login') ? await measureLogin() : undefined;
  if (login !== undefined) say(loginLine(login));
  const live = takes('live') ? await measureLive() : undefined;
  if (live !== undefined) say(liveLines(live).join('\n'));
  const costs = takes('counts') ? await countCorpus() : undefined;
  if (
    wanted.length > 0 ||
    tuned === undefined ||
    stock === undefined ||
    memory === undefined ||
    login === undefined ||
    live === undefined ||
    costs === undefined
  ) {
    if (costs !== undefined) say(JSON.stringify(costs, undefined, 1));
    return;
  }
  const measured = [...tuned.measured, ...stock.measured];
  const machine = describeMachine([
    'Temporal dev server, file database; stock = its defaults, tuned = the flags of `reprise dev`',
    'both sides encrypt the payloads that they give to Temporal, with the same codec',
    tuned.standIn ? 'MongoDB stand-in (SQLite), one connection' : 'MongoDB (mongod)',
  ]);
  await writeFile(RESULTS, reportPage({ machine, load: [before, loadNow()], measured, memory, login, live, costs }));
  const missed = measured.filter((one) => !isReached(one)).length;
  say(`\n${missed === 0 ? 'All targets are reached' : `${missed} targets are missed`}; written to bench/results.md`);
}
