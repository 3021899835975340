/** How two sides are compared: turn by turn, so that whatever the machine does meanwhile hits both. */

export type Work = () => Promise<unknown>;

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}
export interface Comparison {
  /** Milliseconds of one call: the medians of the rounds. */
  readonly a: Spread;
  readonly b: Spread;
  /** a / b of each round. */
  readonly ratio: Spread;
  readonly rounds: number;
  /** Calls a round and side. */
  readonly calls: number;
}

const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((x, y) => x - y);
  const middle = sorted.length / 2;
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return Number.isInteger(middle) ? (at(middle - 1) + at(middle)) / 2 : at(Math.floor(middle));
};

const spreadOf = (values: readonly number[]): Spread => ({
  min: Math.min(...values),
  median: medianOf(values),
  max: Math.max(...values),
});

const timed = async (work: Work): Promise<number> => {
  const since = performance.now();
  await work();
  return performance.now() - since;
};

const visit = async (work: Work, calls: number): Promise<number[]> => {
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) times.push(await timed(work));
  return times;
};

export interface Plan {
  readonly rounds: number;
  /** Calls a visit; each side is visited twice a round. */
  readonly calls: number;
  /** Calls of each side before the first round. */
  readonly warmUp: number;
}

/** Rounds in the order A-B-B-A. One client, one call at a time. */
export async function compare(a: Work, b: Work, { rounds, calls, warmUp }: Plan): Promise<Comparison> {
  await visit(a, warmUp);
  await visit(b, warmUp);
  const ofA: number[] = [];
  const ofB: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = await visit(a, calls);
    const others = [...(await visit(b, calls)), ...(await visit(b, calls))];
    ofA.push(medianOf([...first, ...(await visit(a, calls))]));
    ofB.push(medianOf(others));
  }
  const ratio = spreadOf(ofA.map((time, round) => time / (ofB[round] ?? Number.NaN)));
  return { a: spreadOf(ofA), b: spreadOf(ofB), ratio, rounds, calls: calls * 2 };
}

/** Runs `total` calls with `clients` of them at a time; answers calls a second. */
export async function throughput(work: Work, total: number, clients: number): Promise<number> {
  let left = total;
  const client = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  const ms = await timed(() => Promise.all(Array.from({ length: clients }, client)));
  return (total * 1_000) / ms;
}
