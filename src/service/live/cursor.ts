import { z } from 'zod';
import { RepriseError } from '../../flow';

/** How far the side log of one node run was delivered: chunk `n` of `attempt`, of it so many lines; all of it when absent. */
export interface SideMark {
  readonly attempt: number;
  readonly n: number;
  readonly lines?: number;
}

/** What a follower has been given (P9). */
export interface Position {
  /** Last journal entry that was delivered whole. */
  readonly seq: number;
  /** Of the content of entries 1…seq; absent when the client named a bare seq. Where the store's differs, it was superseded (P1). */
  readonly digest?: number;
  /** The log line of entry seq + 1 was delivered, the entry itself was not. */
  readonly half: boolean;
  /** Node runs (see `markKey`) that are open at this point and have said something. */
  readonly marks: ReadonlyMap<string, SideMark>;
  /** The end of the run was delivered. */
  readonly ended: boolean;
}

export const START: Position = { seq: 0, half: false, marks: new Map(), ended: false };

/** The end of a node run's id is as good as random, and a hundred of them must fit into a header. */
export const markKey = (nodeRunId: string): string => nodeRunId.slice(-10);

export const isBehind = (mark: SideMark | undefined, chunk: { readonly attempt: number; readonly n: number }): boolean =>
  mark === undefined || mark.attempt < chunk.attempt || (mark.attempt === chunk.attempt && mark.n < chunk.n);

const FORMAT = 1;
const MAX_CHARS = 8_192;
const Count = z.int().min(0);
const Text = z.tuple([
  z.literal(FORMAT),
  Count,
  Count.nullable(),
  Count.max(3),
  z.array(z.tuple([z.string().min(1).max(10), Count, Count, Count.nullable()])).max(500),
]);
const HALF = 1;
const ENDED = 2;

/** Opaque to clients: base64url of a JSON list. */
export const toCursor = ({ seq, digest, half, marks, ended }: Position): string => {
  const flags = (half ? HALF : 0) + (ended ? ENDED : 0);
  const said = [...marks].map(([key, mark]) => [key, mark.attempt, mark.n, mark.lines ?? null]);
  return Buffer.from(JSON.stringify([FORMAT, seq, digest ?? null, flags, said])).toString('base64url');
};

/** A cursor, or a bare seq in decimal digits. Throws invalid_request. */
export const parseCursor = (text: string): Position => {
  if (/^\d{1,15}$/.test(text)) return { ...START, seq: Number(text) };
  const parsed = text.length > MAX_CHARS ? undefined : Text.safeParse(jsonOf(text));
  if (parsed?.success !== true) throw refusal();
  const [, seq, digest, flags, said] = parsed.data;
  const marks = said.map(([key, attempt, n, lines]): readonly [string, SideMark] => [
    key,
    { attempt, n, ...(lines === null ? {} : { lines }) },
  ]);
  return {
    seq,
    ...(digest === null ? {} : { digest }),
    half: (flags & HALF) !== 0,
    marks: new Map(marks),
    ended: (flags & ENDED) !== 0,
  };
};

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

const refusal = (): RepriseError =>
  new RepriseError('invalid_request', 'This is no cursor of a run: send one that came with a message, or leave it out.', {
    details: { field: 'after', reason: 'is no cursor' },
  });
