import type { FollowItem } from './contract';
import { lineOf, lineSaid } from '../runs/logs';
import { isBehind, markKey, toCursor, type Position, type SideMark } from './cursor';
import type { Link, LinkedEntry } from './journal-view';
import type { FeedItem } from './run-feed';
import type { Said } from './talkers';

export interface Step {
  readonly items: readonly FollowItem[];
  readonly position: Position;
}

/** The last step over each item from a plain position: most followers take the same ones, and get the same objects. */
const taken = new WeakMap<FeedItem, { readonly from: Position; readonly step: Step }>();
const isPlain = ({ half, marks, ended }: Position): boolean => !half && !ended && marks.size === 0;

/** What a follower at `position` is given of the next item of its feed, and where it stands then. `now` is the link of its seq. */
export const stepOver = (position: Position, now: Link, item: FeedItem): Step => {
  if (!isPlain(position)) return step(position, now, item);
  const known = taken.get(item);
  if (known?.from.seq === position.seq && known.from.digest === position.digest) return known.step;
  const made = step(position, now, item);
  taken.set(item, { from: position, step: made });
  return made;
};

const step = (position: Position, now: Link, item: FeedItem): Step => {
  switch (item.kind) {
    case 'entry':
      return stepOverEntry(position, now, item.linked);
    case 'said':
      return stepOverSaid(position, now, item.said);
    case 'end':
      return stepOverEnd(position, now, item);
  }
};

const at = (
  position: Position,
  { state }: Link,
): { readonly cursor: string; readonly seq: number; readonly state: Link['state'] } => ({
  cursor: toCursor(position),
  seq: position.seq,
  state,
});

/** The log line of an entry goes before it, so that whoever has the entry has all of it. */
const lineBefore = (position: Position, now: Link, { entry }: LinkedEntry): Step => {
  if (entry.level === 'debug' || entry.type === 'log' || position.half) return { items: [], position };
  const half = { ...position, half: true };
  return { items: [{ kind: 'line', line: lineOf(entry), ...at(half, now) }], position: half };
};

const without = (marks: Position['marks'], nodeRunId: string | undefined): Position['marks'] => {
  if (nodeRunId === undefined || !marks.has(markKey(nodeRunId))) return marks;
  return new Map([...marks].filter(([key]) => key !== markKey(nodeRunId)));
};

const behind = (position: Position, { entry, digest }: LinkedEntry): Position => ({
  ...position,
  seq: entry.seq,
  digest,
  half: false,
  marks: entry.type === 'node.ended' ? without(position.marks, entry.nodeRunId) : position.marks,
});

const stepOverEntry = (position: Position, now: Link, linked: LinkedEntry): Step => {
  if (linked.entry.seq <= position.seq) return { items: [], position };
  const before = lineBefore(position, now, linked);
  const after = behind(before.position, linked);
  return { items: [...before.items, { kind: 'entry', entry: linked.entry, ...at(after, linked) }], position: after };
};

const stepOverSaid = (position: Position, now: Link, { talker, chunk }: Said): Step => {
  const key = markKey(talker.nodeRunId);
  const mark = position.marks.get(key);
  const isPart = mark?.lines !== undefined && mark.attempt === chunk.attempt && mark.n === chunk.n;
  const isPast = talker.endedAt !== undefined && talker.endedAt <= position.seq;
  if (isPast || !(isPart || isBehind(mark, chunk))) return { items: [], position };
  const from = isPart ? (mark.lines ?? 0) : 0;
  const whole: SideMark = { attempt: chunk.attempt, n: chunk.n };
  const reached = (lines: number): Position => ({
    ...position,
    marks: new Map([...position.marks, [key, lines === chunk.lines.length ? whole : { ...whole, lines }]]),
  });
  const items = chunk.lines.slice(from).map((line, index): FollowItem => ({
    kind: 'line',
    line: lineSaid(line, talker.site, talker.nodeType),
    ...at(reached(from + index + 1), now),
  }));
  return { items, position: reached(chunk.lines.length) };
};

const stepOverEnd = (position: Position, now: Link, { run, linked }: Extract<FeedItem, { readonly kind: 'end' }>): Step => {
  const isKnown = linked !== undefined && linked.entry.seq <= position.seq;
  const ended = { ...position, ended: true };
  if (position.ended || isKnown) return { items: [], position: ended };
  const before = linked === undefined ? { items: [], position } : lineBefore(position, now, linked);
  const after = { ...(linked === undefined ? ended : behind(before.position, linked)), ended: true };
  return { items: [...before.items, { kind: 'end', run, ...at(after, { ...now, state: run.state }) }], position: after };
};
