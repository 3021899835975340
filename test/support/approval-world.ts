import { isRepriseError, SCOPES_OF, type Decision, type Json, type Principal } from '../../src/flow';
import type { Approval, Run } from '../../src/service/contract';
import { connectStores } from '../../src/store/mongo';
import { bundleWorkflows } from '../../src/worker/bundle';
import { TEST_KEYS } from './encryption-keys';
import { sharedEngines } from './engines';
import { createRecordingLogger } from './recording-logger';
import { createReprise } from './reprise-harness';
import { aPrincipal } from './services';

/** A member of the group that decides in these tests. */
export const manager = (name: string, members: Partial<Principal> = {}): Principal =>
  aPrincipal({
    accountId: `acct_${name}`,
    email: `${name}@example.com`,
    role: 'user',
    groups: ['managers'],
    scopes: SCOPES_OF.user,
    ...members,
  });

/** Whether it counted: true, or the code of the refusal. */
export type Outcome = true | string;

export const outcomeOf = (answer: Promise<Approval>): Promise<Outcome> =>
  answer.then(
    () => true as const,
    (error: unknown) => (isRepriseError(error) ? error.code : `not a refusal: ${JSON.stringify(error)}`),
  );

/** Use cases, worker and inbox on real engines. */
export const createApprovalWorld = async () => {
  const { temporalAddress, mongodbUri } = sharedEngines();
  const stores = await connectStores({ uri: mongodbUri, logger: createRecordingLogger().logger, encryptionKeys: TEST_KEYS });
  await stores.ensureIndexes();
  const reprise = await createReprise({ address: temporalAddress, bundle: await bundleWorkflows(), stores });
  await reprise.startWorker();

  const until = async <T>(look: () => Promise<T | undefined>): Promise<T> => {
    for (const end = Date.now() + 20_000; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error('what was waited for did not come');
    }
  };
  const get = (id: string): Promise<Approval> => reprise.approvals.get(reprise.me, id);
  return {
    ...reprise,
    until,
    get,
    async save(definition: string): Promise<string> {
      return (await reprise.flows.create(reprise.me, { definition })).id;
    },
    async begin(flowId: string, input: Record<string, Json> = {}): Promise<Run> {
      return (await reprise.runs.start(reprise.me, { flowId, input })).run;
    },
    /** Once it is in the inbox. */
    open: (run: Run, path = 'ask'): Promise<Approval> =>
      until(async () => reprise.approvals.get(reprise.me, `${run.id}:${path}`).catch(() => undefined)),
    end: (run: Run): Promise<Run> => reprise.runs.get(reprise.me, run.id, { waitMs: 30_000 }),
    decide: (who: Principal, id: string, decision: Decision = 'approved'): Promise<Outcome> =>
      outcomeOf(reprise.approvals.decide(who, id, { decision })),
    async stopAll() {
      await reprise.stop();
      await stores.close();
    },
  };
};
export type ApprovalWorld = Awaited<ReturnType<typeof createApprovalWorld>>;
