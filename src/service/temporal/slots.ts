/** At most `most` at a time per key; the others wait in order. */
export const createSlots = (most: number) => {
  const taken = new Map<string, { held: number; readonly waiting: (() => void)[] }>();

  const acquire = async (key: string): Promise<void> => {
    const slots = taken.get(key) ?? { held: 0, waiting: [] };
    taken.set(key, slots);
    if (slots.held < most) slots.held += 1;
    else await new Promise<void>((resolve) => slots.waiting.push(resolve));
  };
  const release = (key: string): void => {
    const slots = taken.get(key);
    if (slots === undefined) return;
    const next = slots.waiting.shift();
    // The slot is handed over, so that nobody who comes later is faster.
    if (next !== undefined) next();
    else if (slots.held > 1) slots.held -= 1;
    else taken.delete(key);
  };

  return async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    await acquire(key);
    try {
      return await work();
    } finally {
      release(key);
    }
  };
};
