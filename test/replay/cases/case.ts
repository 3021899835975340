import type { JsonObject, TerminalRunState } from '../../../src/flow';
import type { NodeTypeName } from '../../../src/language';
import type { Client } from '../../support/client';
import type { Target } from '../../support/target';

/** A flow whose history is recorded, and how its run is moved from outside. */
export interface ReplayCase {
  /** What its history proves; the name of its file. */
  readonly name: string;
  /** Node types whose behaviour it shows. */
  readonly types: readonly NodeTypeName[];
  /** `<target>` stands for the server that flows call. */
  readonly definition: string;
  readonly input?: JsonObject;
  readonly ends: TerminalRunState;
  readonly drive?: (run: { readonly client: Client; readonly id: string; readonly target: Target }) => Promise<void>;
}

/** Delivers an event once the run waits. */
export const sendEvent =
  (name: string, body: unknown): NonNullable<ReplayCase['drive']> =>
  async ({ client, id }) => {
    await client.until(id, ['WAIT']);
    await client.get('POST', `/api/v1/executions/${id}/events/${name}`, body);
  };

/** Cancels once the flow has called this path of the target. */
export const cancelAt =
  (path: string): NonNullable<ReplayCase['drive']> =>
  async ({ client, id, target }) => {
    await target.whenAsked(path);
    await client.get('DELETE', `/api/v1/executions/${id}`);
  };
