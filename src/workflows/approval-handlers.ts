/**
 * Updates and signals by which people decide (X10): validators refuse a late or wrong answer at once, handlers are synchronous.
 * Signals do the same for operators in the Temporal UI; what does not fit or comes too late is passed over (P11).
 */
import { ApplicationFailure, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { approvalChange, foreseeApproval, shownState, type ApprovalEvent, type ApprovalRefusal, type RunMemory } from '../flow';
import { toDecide, toDelegate, toWithdraw } from './approval-input';
import { SIGNALS, UPDATES, type UpdateAnswer } from './contract';
import type { Conversation } from './handlers';

const throwRefusal = ({ code, message, winner }: ApprovalRefusal): never => {
  throw ApplicationFailure.create({ type: code, message, nonRetryable: true, details: winner === undefined ? [] : [winner] });
};

export const registerApprovalHandlers = (talk: Conversation, loaded: () => Promise<RunMemory>): void => {
  const handle = (update: string, signal: string, toEvent: (input: unknown) => ApprovalEvent | undefined): void => {
    const eventOf = (input: unknown): ApprovalEvent =>
      toEvent(input) ??
      throwRefusal({ code: 'invalid_request', message: `${signal} needs the path of the node; give {path, …}` });

    setHandler(
      defineUpdate<UpdateAnswer, [unknown]>(update),
      async (input) => {
        const event = eventOf(input);
        const memory = talk.memory() ?? (await loaded());
        const foresight = foreseeApproval({ state: memory, nowMs: talk.nowMs() }, event);
        if (foresight.kind === 'refused') return throwRefusal(foresight.refusal);
        const counts = foresight.kind === 'counts';
        if (counts) talk.apply(event);
        return {
          state: shownState(memory),
          seq: memory.seq,
          outcome: counts ? 'changed' : 'unchanged',
          ...(counts ? { approval: approvalChange(foresight.approval, talk.nowMs()) } : {}),
        };
      },
      {
        validator: (input) => {
          const memory = talk.memory();
          if (memory === undefined) return void eventOf(input);
          const foresight = foreseeApproval({ state: memory, nowMs: talk.glance() }, eventOf(input));
          if (foresight.kind === 'refused') throwRefusal(foresight.refusal);
        },
      },
    );
    setHandler(defineSignal<[unknown?]>(signal), (input) => {
      const event = toEvent(input);
      if (event !== undefined) talk.take(event);
    });
  };
  handle(UPDATES.decide, SIGNALS.decide, toDecide);
  handle(UPDATES.delegate, SIGNALS.delegate, toDelegate);
  handle(UPDATES.withdraw, SIGNALS.withdraw, toWithdraw);
};
