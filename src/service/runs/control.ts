import { isTerminalRunState, RepriseError, sha256Hex, type Json, type Principal } from '../../flow';
import type { Run, RunStore } from '../../store/ports';
import { UPDATES, type ActorInput, type DeliverEventInput, type UpdateAnswer } from '../../workflows/contract';
import type { TemporalPort } from '../temporal-port';
import { newOperationId } from '../ids';
import { runNotFound } from '../refusals';

export interface ControlDeps {
  readonly runs: Pick<RunStore, 'get'>;
  readonly temporal: Pick<TemporalPort, 'update' | 'requestCancel'>;
}

const ended = (run: Run): RepriseError =>
  new RepriseError('conflict', `Execution ${run.id} has ended ${run.state}; nothing can change it any more`);

/** What people and other systems do to a live run: updates, so that a late or wrong one is refused at once (X10). */
export const createControl = ({ runs, temporal }: ControlDeps) => {
  const find = async (principal: Principal, id: string): Promise<Run> => {
    const run = await runs.get(principal.workspace, id);
    if (run === undefined) throw runNotFound(id);
    return run;
  };

  const update = async (
    principal: Principal,
    id: string,
    name: string,
    input: ActorInput | DeliverEventInput,
    updateId: string,
  ): Promise<{ readonly run: Run; readonly answer: UpdateAnswer }> => {
    const run = await find(principal, id);
    if (isTerminalRunState(run.state)) throw ended(run);
    const answer = await temporal.update(id, name, input, updateId);
    if (answer !== undefined) return { run, answer };
    // Temporal has no open run: it ended meanwhile, or its start is not decided yet.
    const now = await find(principal, id);
    if (now.state === 'NEW')
      throw new RepriseError(
        'decision_pending',
        `The start of execution ${id} is not decided yet; repeat the request in a moment`,
        { details: { retryAfterSeconds: 5 } },
      );
    throw isTerminalRunState(now.state)
      ? ended(now)
      : new RepriseError('conflict', `Execution ${id} has ended; read it again for its outcome`);
  };

  const actor = (principal: Principal, reason: string | undefined): ActorInput => ({
    by: principal.accountId,
    ...(reason === undefined ? {} : { reason }),
  });
  const shown = ({ run, answer }: { readonly run: Run; readonly answer: UpdateAnswer }): Run => ({
    ...run,
    state: answer.state,
    seq: Math.max(run.seq, answer.seq),
  });

  return {
    /** One id for all cancels of a run: a repeat joins the first one and learns its outcome (X9, X10). */
    async cancel(principal: Principal, id: string, reason?: string): Promise<void> {
      await update(principal, id, UPDATES.cancel, actor(principal, reason), 'cancel');
      // The update decided it; this only makes Temporal show the run as Canceled, so its failure is no failure of the cancel.
      await temporal.requestCancel(id).catch(() => undefined);
    },
    /** Idempotent in the run itself (X11); an id of its own each, or a second hold after a release would do nothing. */
    hold: async (principal: Principal, id: string, reason?: string): Promise<Run> =>
      shown(await update(principal, id, UPDATES.hold, actor(principal, reason), newOperationId())),
    release: async (principal: Principal, id: string): Promise<Run> =>
      shown(await update(principal, id, UPDATES.release, actor(principal, undefined), newOperationId())),
    async deliverEvent(
      principal: Principal,
      id: string,
      event: { readonly name: string; readonly key?: string; readonly data: Json; readonly id?: string },
    ): Promise<{ readonly outcome: 'delivered' | 'kept' | 'duplicate' }> {
      // An event with an id takes effect once, however often it is sent.
      const updateId =
        event.id === undefined ? newOperationId() : `event_${sha256Hex(JSON.stringify([event.name, event.id])).slice(0, 40)}`;
      const { answer } = await update(principal, id, UPDATES.deliverEvent, { ...event, by: principal.accountId }, updateId);
      const { outcome } = answer;
      return { outcome: outcome === 'kept' || outcome === 'duplicate' ? outcome : 'delivered' };
    },
  };
};
