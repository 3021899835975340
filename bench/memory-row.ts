/** API and worker in one process after many runs (F3), and how many runs a second that was. */
import { residentMb } from './counting/memory';
import { mixedFlow } from './flows';
import { throughput } from './measure';
import { withSetting } from './setting';

const RUNS = 1_000;
/** The hand-written side takes much longer for each. */
const HAND_RUNS = 300;
const CLIENTS = 20;
export const MOST_MB = 250;

export interface MemoryResult {
  readonly runs: number;
  readonly clients: number;
  readonly startMb: number;
  readonly endMb: number;
  readonly oursPerSecond: number;
  readonly handPerSecond: number;
}

export const measureMemory = (): Promise<MemoryResult> =>
  withSetting({ tuned: true }, async ({ ours, hand, url }) => {
    const flow = await ours.save(mixedFlow(url));
    const startMb = residentMb(ours.pid);
    const oursPerSecond = await throughput(() => ours.run(flow, { count: 1 }), RUNS, CLIENTS);
    const endMb = residentMb(ours.pid);
    const handPerSecond = await throughput(() => hand.execute('mixed', [url, 1]), HAND_RUNS, CLIENTS);
    return { runs: RUNS, clients: CLIENTS, startMb, endMb, oursPerSecond, handPerSecond };
  });
