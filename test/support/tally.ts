export interface Tally {
  readonly name: string;
  tried: number;
  /** The cases that were bad. */
  readonly bad: string[];
  /** @param what names the case when it is bad */
  count(isGood: boolean, what: () => string): void;
}

/** Counts what a check tried and what was bad. */
export function createTally(name: string): Tally {
  const tally: Tally = {
    name,
    tried: 0,
    bad: [],
    count: (isGood, what) => {
      tally.tried += 1;
      if (!isGood) tally.bad.push(what());
    },
  };
  return tally;
}

/** Prints the figures in the form of docs/assurance.md, and fails when anything was bad or fewer than `atLeast` were tried. */
export function expectGood({ name, tried, bad }: Tally, atLeast = 1): void {
  process.stdout.write(`${name}: ${tried} tried / ${bad.length} bad\n`);
  expect({ name, bad: bad.slice(0, 20) }).toEqual({ name, bad: [] });
  expect(tried).toBeGreaterThanOrEqual(atLeast);
}
