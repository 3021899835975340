import type { SessionLimits } from '../../src/api/live/socket-session';
import type { JournalEntry } from '../../src/flow';
import type { Run } from '../../src/store/ports';
import { aRun } from '../contract/store-factories';
import { startTestApi } from './api-client';
import { aResult } from './fake-temporal';
import { liveEpoch } from './live';

/** The API over memory stores, with runs whose journal the test tells and whose end it decides. */
export async function startLiveApi(limits?: SessionLimits) {
  const api = await startTestApi(undefined, limits);
  const token = await api.tokenOf('admin');
  const start = async (members: Partial<Run> = {}): Promise<Run> => {
    const run = aRun({ state: 'RUN', ...members });
    await api.stores.runs.insert(run);
    api.temporal.add(run.id);
    return run;
  };
  const tell = (run: Run, entries: readonly JournalEntry[]): Promise<void> => {
    const firstSeq = entries[0]?.seq ?? 0;
    const bucket = { runId: run.id, workspace: run.workspace, epoch: liveEpoch(firstSeq), firstSeq, entries };
    return api.stores.journal.append([bucket]);
  };
  const end = (run: Run, lastSeq: number, result: Partial<ReturnType<typeof aResult>> = {}): void =>
    api.temporal.end(run.id, { kind: 'completed', at: Date.UTC(2026, 0, 1), result: aResult({ lastSeq, ...result }) });
  return {
    ...api,
    token,
    bearer: { authorization: `Bearer ${token}` },
    start,
    tell,
    end,
    socketUrl: (run: Run, query = '') => `${api.url}/ws/executions/${run.id}${query}`,
  };
}
export type LiveApi = Awaited<ReturnType<typeof startLiveApi>>;
