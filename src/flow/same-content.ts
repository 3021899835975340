/** Deep equality of plain data as JSON tells it: the order of members and members that are undefined make no difference. */
export const sameContent = (a: unknown, b: unknown): boolean => {
  const pending: [unknown, unknown][] = [[a, b]];
  // A list, not recursion: values may be nested deeper than the stack allows.
  for (let pair = pending.pop(); pair !== undefined; pair = pending.pop()) {
    const [left, right] = pair;
    if (left === right) continue;
    if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right)) return false;
    const names = definedNames(left);
    if (names.length !== definedNames(right).length) return false;
    for (const name of names) {
      if (!Object.hasOwn(right, name)) return false;
      pending.push([left[name], right[name]]);
    }
  }
  return true;
};

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const definedNames = (value: Record<string, unknown>): string[] => Object.keys(value).filter((name) => value[name] !== undefined);
