/** Which seqs a bucket holds, without its entries; none (`lastSeq` < `firstSeq`) when it only cuts. */
export interface BucketExtent {
  readonly epoch: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

const bySeq = <T extends BucketExtent>(extents: readonly T[]): T[] => [...extents].sort((a, b) => a.firstSeq - b.firstSeq);

/**
 * True when no bucket cuts and no seq was written twice: no workflow task ran again with other content, so nothing is superseded and the
 * merge (P1) is plain concatenation.
 */
export const isCutFree = (extents: readonly BucketExtent[]): boolean => {
  const sorted = bySeq(extents);
  return sorted.every((extent, at) => {
    const isCut = extent.lastSeq < extent.firstSeq;
    return !isCut && (at === 0 || (sorted[at - 1]?.lastSeq ?? 0) < extent.firstSeq);
  });
};

/** The buckets that hold the first `limit` entries after `after`; for cut-free extents. */
export const bucketsNeeded = <T extends BucketExtent>(extents: readonly T[], after: number, limit: number): T[] => {
  const needed: T[] = [];
  let entries = 0;
  for (const extent of bySeq(extents)) {
    if (extent.lastSeq <= after) continue;
    if (entries >= limit) break;
    needed.push(extent);
    entries += extent.lastSeq - Math.max(extent.firstSeq - 1, after);
  }
  return needed;
};
