/** A line of a check, as docs/assurance.md shows it: `<check>: <tried> / <bad>`. */
export const report = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
