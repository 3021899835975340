import { isRepriseError, slotScopeOf, type Failure, type SlotRequest } from '../../flow';
import type { SlotClaim } from '../../store/ports';
import type { SlotOutput } from '../contract';
import type { ActivityDeps } from '../deps';
import { onStore } from '../failure';
import type { Values } from '../values';

const claimOf = async (values: Values, { facts, concurrency, input, since }: SlotRequest): Promise<SlotClaim> => ({
  scope: slotScopeOf(facts, concurrency, await values.read(input)),
  limit: concurrency.limit,
  runId: facts.runId,
  since: new Date(since),
});

const denied = (code: string, message: string): SlotOutput => {
  const failure: Failure = { code, message, retryable: false, nodePath: '' };
  return { kind: 'denied', failure };
};

/** A slot for a run, or what the flow says of one that comes when all are taken. */
export const createTakeSlot =
  ({ stores }: Pick<ActivityDeps, 'stores'>, values: Values) =>
  async (request: SlotRequest): Promise<SlotOutput> => {
    const { concurrency, tries } = request;
    const { onLimit, limit } = concurrency;
    const waits = onLimit === 'queue' || onLimit === 'cancelOldest';
    try {
      const claim = await claimOf(values, request);
      // Slots of runs that ended without giving theirs back are looked for by those who were refused once.
      const answer = await onStore(() => stores.slots.take(claim, { waits, mends: !waits || tries > 0 }));
      if (answer.taken) return { kind: 'taken' };
      if (!waits) return denied('concurrency_limit', `All ${limit} slots of the flow are taken by ${answer.older.join(', ')}`);
      const cancels = onLimit === 'cancelOldest' && tries === 0;
      return { kind: 'queued', cancel: cancels ? answer.older.slice(0, Math.max(0, answer.older.length - (limit - 1))) : [] };
    } catch (error) {
      // Only the key's expression can be at fault here for good.
      if (!isRepriseError(error) || !error.code.startsWith('expression_')) throw error;
      return denied(error.code, error.message);
    }
  };

export const createLeaveSlot =
  ({ stores }: Pick<ActivityDeps, 'stores'>, values: Values) =>
  async (request: SlotRequest): Promise<{ readonly next: readonly string[] }> => {
    try {
      const claim = await claimOf(values, request);
      return { next: await onStore(() => stores.slots.leave(claim)) };
    } catch (error) {
      // A key that fails names no slot.
      if (!isRepriseError(error) || !error.code.startsWith('expression_')) throw error;
      return { next: [] };
    }
  };
