/** Prints the figure of a check as docs/assurance.md has it, and answers how many were bad. */
export const triedAndBad = (check: string, tried: number, bad: number): number => {
  process.stdout.write(`  ${check}: tried ${tried} / bad ${bad}\n`);
  return bad;
};
