/** The virtual root before the start nodes (J2). Not a legal node id. */
export const ROOT = '';

/**
 * Immediate dominators by the iterative algorithm of Cooper, Harvey and Kennedy over reverse postorder.
 * Unreachable nodes have no entry. `successors` has every node as a key.
 */
export const computeImmediateDominators = (
  successors: ReadonlyMap<string, readonly string[]>,
  start: readonly string[],
): ReadonlyMap<string, string> => {
  const next = (id: string): readonly string[] => (id === ROOT ? start : (successors.get(id) ?? []));
  const order = reversePostorder(next);
  const rank = new Map(order.map((id, index) => [id, index]));
  const predecessors = new Map<string, string[]>();
  for (const id of order)
    for (const target of next(id)) if (rank.has(target)) predecessors.set(target, [...(predecessors.get(target) ?? []), id]);

  const dominator = new Map<string, string>([[ROOT, ROOT]]);
  const rankOf = (id: string): number => rank.get(id) ?? 0;
  const intersect = (left: string, right: string): string => {
    let a = left;
    let b = right;
    while (a !== b) {
      while (rankOf(a) > rankOf(b)) a = dominator.get(a) ?? ROOT;
      while (rankOf(b) > rankOf(a)) b = dominator.get(b) ?? ROOT;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const id of order) {
      if (id === ROOT) continue;
      const known = (predecessors.get(id) ?? []).filter((predecessor) => dominator.has(predecessor));
      const best = known.reduce<string | undefined>((sum, item) => (sum === undefined ? item : intersect(sum, item)), undefined);
      if (best !== undefined && dominator.get(id) !== best) {
        dominator.set(id, best);
        changed = true;
      }
    }
  }
  dominator.delete(ROOT);
  return dominator;
};

const reversePostorder = (next: (id: string) => readonly string[]): string[] => {
  const postorder: string[] = [];
  const seen = new Set<string>([ROOT]);
  const stack: { id: string; index: number }[] = [{ id: ROOT, index: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const target = next(top.id)[top.index];
    top.index += 1;
    if (target === undefined) {
      postorder.push(top.id);
      stack.pop();
    } else if (!seen.has(target)) {
      seen.add(target);
      stack.push({ id: target, index: 0 });
    }
  }
  return postorder.reverse();
};
