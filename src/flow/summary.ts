const MOST_CHARS = 96;

/**
 * A line for the Temporal UI, cut in its middle. The server refuses the workflow task of a summary above 400 bytes, and that task would
 * be tried again for ever; a character has up to 3 bytes, and encryption adds some 60.
 */
export const summaryOf = (text: string): string => {
  if (text.length <= MOST_CHARS) return text;
  const half = (MOST_CHARS - 1) / 2;
  return `${text.slice(0, Math.ceil(half))}…${text.slice(-Math.floor(half))}`;
};
