/**
 * Signals, updates and queries of a run. HTTP uses the updates: their validators refuse a late or wrong answer
 * synchronously, their handlers are synchronous (X10). Signals do the same for operators in the Temporal UI.
 */
import { ApplicationFailure, condition, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import {
  explain,
  foresee,
  LIMITS,
  shownState,
  waitingFor,
  type DeliveryOutcome,
  type JournalEntry,
  type RunEvent,
  type RunMemory,
} from '../flow';
import { registerApprovalHandlers } from './approval-handlers';
import { QUERIES, SIGNALS, UPDATES } from './contract';
import { pageJournal, pageSummaries } from './query-pages';
import { toActor, toChildEnd, toDelivery } from './signal-input';
import type { ActorInput, DeliverEventInput, ExplainAnswer, JournalAnswer, NodeStateAnswer, UpdateAnswer } from './contract';

/** What handlers need of the driver. `memory` is undefined while the plan comes by reference. */
export interface Conversation {
  memory(): RunMemory | undefined;
  /** Queues an event; the main loop takes it in this same activation. */
  take(event: RunEvent): void;
  /** Applies an event at once and journals it. */
  apply(event: RunEvent): void;
  /** Time of what a handler does, and of what a validator asks (W5). */
  nowMs(): number;
  glance(): number;
  ring(): readonly JournalEntry[];
}

const refuse = (code: string, message: string): never => {
  throw ApplicationFailure.create({ type: code, message, nonRetryable: true });
};

const requireDelivery = (input: unknown) =>
  toDelivery(input) ?? refuse('invalid_request', 'An event needs a name; give {name, key?, data?}');

export const registerHandlers = (talk: Conversation): void => {
  const requireLive = (): void => {
    const memory = talk.memory();
    if (memory?.phase === 'ended') refuse('conflict', `The run has ended ${shownState(memory)}`);
  };
  const answer = (memory: RunMemory, outcome: NonNullable<UpdateAnswer['outcome']>): UpdateAnswer => ({
    state: shownState(memory),
    seq: memory.seq,
    outcome,
  });

  /** The memory as soon as there is one: an update that comes while the plan is loading waits for it (X10). */
  const loaded = async (): Promise<RunMemory> => {
    await condition(() => talk.memory() !== undefined);
    return talk.memory() ?? refuse('unavailable', 'The run is loading');
  };

  const actor = (type: 'hold' | 'release' | 'cancel', update: string, signal: string): void => {
    setHandler(
      defineUpdate<UpdateAnswer, [ActorInput]>(update),
      async (input: ActorInput): Promise<UpdateAnswer> => {
        const memory = talk.memory() ?? (await loaded());
        const before = memory.seq;
        talk.apply({ type, ...toActor(input) });
        return answer(memory, memory.seq === before ? 'unchanged' : 'changed');
      },
      { validator: (_input: ActorInput) => requireLive() },
    );
    setHandler(defineSignal<[unknown?]>(signal), (input) => talk.take({ type, ...toActor(input) }));
  };
  actor('hold', UPDATES.hold, SIGNALS.hold);
  actor('release', UPDATES.release, SIGNALS.release);
  actor('cancel', UPDATES.cancel, SIGNALS.cancel);
  registerApprovalHandlers(talk, loaded);

  setHandler(
    defineUpdate<UpdateAnswer, [DeliverEventInput]>(UPDATES.deliverEvent),
    async (input) => {
      const delivery = requireDelivery(input);
      const memory = talk.memory() ?? (await loaded());
      const outcome: DeliveryOutcome = foresee({ state: memory, nowMs: talk.nowMs() }, delivery);
      if (outcome === 'full') return refuse('too_many_events', `${LIMITS.earlyEvents} events wait already`);
      talk.apply(delivery);
      return answer(memory, outcome);
    },
    {
      validator: (input: DeliverEventInput) => {
        requireLive();
        const delivery = requireDelivery(input);
        const memory = talk.memory();
        if (memory !== undefined && foresee({ state: memory, nowMs: talk.glance() }, delivery) === 'full')
          refuse('too_many_events', `The run keeps ${LIMITS.earlyEvents} events that nothing waits for yet; it takes no more`);
      },
    },
  );
  const passOn = (event: RunEvent | undefined): void => {
    if (event !== undefined) talk.take(event);
  };
  setHandler(defineSignal<[unknown?]>(SIGNALS.deliverEvent), (input) => passOn(toDelivery(input)));
  setHandler(defineSignal(SIGNALS.slotFree), () => talk.take({ type: 'slotFree' }));
  setHandler(defineSignal<[unknown?]>(SIGNALS.childEnded), (input) => passOn(toChildEnd(input)));

  setHandler(defineQuery<NodeStateAnswer>(QUERIES.nodeState), () => {
    const memory = talk.memory();
    if (memory === undefined) return { loading: true };
    const { nodes, truncated } = pageSummaries(memory.summaries);
    return { loading: false, state: shownState(memory), seq: memory.seq, nodes, truncated };
  });
  setHandler(defineQuery<JournalAnswer, [number?]>(QUERIES.journal), (after) => {
    const ring = talk.ring();
    // The ring is empty after a resume; a refused run has no memory.
    return pageJournal(ring, talk.memory()?.seq ?? ring.at(-1)?.seq ?? 0, after ?? 0);
  });
  setHandler(defineQuery<ExplainAnswer>(QUERIES.explain), () => {
    const memory = talk.memory();
    if (memory === undefined) return { state: 'RUN', waitingFor: [], held: false, nodes: {} };
    return {
      state: shownState(memory),
      waitingFor: waitingFor(memory),
      held: memory.held !== undefined,
      nodes: explain(memory, pageSummaries(memory.summaries).nodes),
    };
  });
};
