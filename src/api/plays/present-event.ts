import { nodeRunIdOf, type Failure, type JournalEntry, type NodeState, type Value } from '../../flow';
import type { Run, WorkspaceItem } from '../../service/contract';
import type { z } from '../zod-openapi';
import type { PlayEvent } from './event-schema';
import { layerPathOf, refOf } from './present-play';
import { toLayerState, toPlayState } from './states';

type Event = z.input<typeof PlayEvent>;

/** What happens to a play in the messages of the contract; undefined for what it has no message for. */
export const presentEvent = (item: WorkspaceItem): Event | undefined =>
  item.kind === 'end' ? ended(item.run) : ofEntry(item.run, item.entry);

const ofPlay = (run: Run, type: Event['type'], at: number, state = toPlayState(run.state)): Event => ({
  type,
  playId: run.id,
  flowId: run.flowId,
  layerId: null,
  ref: null,
  state,
  out: null,
  timestamp: new Date(at).toISOString(),
});

const ended = (run: Run): Event => {
  const at = (run.endedAt ?? run.createdAt).getTime();
  const failed = run.state === 'FAIL' || run.state === 'CANCELLED';
  return {
    ...ofPlay(run, failed ? 'play:failed' : 'play:completed', at),
    out: outOf(run.output),
    duration: Math.max(0, at - (run.startedAt ?? run.createdAt).getTime()),
    ...errorOf(run.error),
  };
};

const ofEntry = (run: Run, entry: JournalEntry): Event | undefined => {
  switch (entry.type) {
    case 'run.started':
      return ofPlay(run, 'play:started', entry.at, 'RUN');
    case 'node.started':
      return ofLayer(run, entry, 'play:layer:started', 'RUN');
    case 'node.waiting':
      return entry.state === 'WAIT' ? ofLayer(run, entry, 'play:waiting', 'WAIT', true) : undefined;
    case 'node.ended': {
      const failed = entry.state === 'FAIL' || entry.state === 'CANCELLED';
      return ofLayer(run, entry, failed ? 'play:layer:failed' : 'play:layer:completed', entry.state);
    }
    default:
      return undefined;
  }
};

/** @param ofPart also what a part of a layer tells, in the name of its layer */
const ofLayer = (
  run: Run,
  entry: JournalEntry,
  type: Event['type'],
  state: JournalEntry['state'],
  ofPart = false,
): Event | undefined => {
  const { path = '', at, startedAt } = entry;
  const layer = layerPathOf(path);
  if (layer !== path && !ofPart) return undefined;
  const hasEnded = entry.type === 'node.ended';
  return {
    ...ofPlay(run, type, at),
    layerId: nodeRunIdOf(run.id, layer),
    ref: refOf(layer),
    // Entries of nodes have states of nodes.
    state: toLayerState((state ?? 'RUN') as NodeState),
    out: hasEnded ? outOf(entry.output) : null,
    ...(hasEnded && startedAt !== undefined && { duration: Math.max(0, at - startedAt) }),
    ...errorOf(entry.failure),
  };
};

const outOf = (value: Value | undefined): unknown => (value?.kind === 'inline' ? value.value : null);
const errorOf = (failure: Failure | undefined): Pick<Event, 'error'> =>
  failure === undefined ? {} : { error: { code: failure.code, message: failure.message } };
