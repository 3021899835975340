/** The first of `types` that an Accept header names with the greatest weight; the first of all for anything, or without one. */
export const acceptedType = <T extends string>(accept: string | undefined, types: readonly [T, ...T[]]): T => {
  let best: T = types[0];
  let weight = 0;
  for (const range of (accept ?? '').split(',')) {
    const [name = '', ...params] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = Number(params.find((param) => param.startsWith('q='))?.slice(2) ?? 1);
    const type = types.find((one) => one === name);
    if (type === undefined || !(quality > weight)) continue;
    best = type;
    weight = quality;
  }
  return best;
};
