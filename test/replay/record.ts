/** Records the histories anew: `npm run histories [case …]`. A Jest file that no project matches. */
import { createReferenceCodec } from '../../src/worker/reference-codec';
import { createJournalReplay } from '../../src/worker/replay-journal';
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';
import { startTarget, type Target } from '../support/target';
import { workflowBundle } from '../support/workflow-bundle';
import { REPLAY_CASES } from './cases';
import { toTold, writeRecording, type History } from './histories';

const { temporalAddress, mongodbUri } = sharedEngines();
const asked = (process.env['REPRISE_RECORD'] ?? '').split(',').filter((name) => name !== '');
const cases = REPLAY_CASES.filter(({ name }) => asked.length === 0 || asked.includes(name));
let stack: Stack;
let target: Target;
beforeAll(async () => {
  target = await startTarget();
  stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`], encryptsPayloads: false });
  await stack.client.save(
    'metadata: { name: Replay child }\nnodes: { d: { type: transform, params: { output: "{{ input.n * 2 }}" } } }',
  );
});
afterAll(async () => {
  await stack.stop();
  await target.close();
});

/** A recording has no artifacts beside it: the checkpoint that an execution began with is put in its place. */
async function whole(history: History): Promise<History> {
  const input = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input;
  if (input?.payloads) input.payloads = await createReferenceCodec(stack.artifacts).decode(input.payloads);
  return history;
}

/** The executions of a run, oldest first. */
async function executionsOf(runId: string): Promise<History[]> {
  const found: { started: number; history: History }[] = [];
  const query = `WorkflowId = '${runId}'`;
  for (const since = Date.now(); found.length === 0 && Date.now() - since < 10_000; await new Promise((r) => setTimeout(r, 300)))
    for await (const { runId: execution, startTime } of stack.temporal.workflow.list({ query }))
      found.push({
        started: startTime.getTime(),
        history: await whole(await stack.temporal.workflow.getHandle(runId, execution).fetchHistory()),
      });
  return found.sort((a, b) => a.started - b.started).map(({ history }) => history);
}

test.each(cases.map((one) => [one.name, one] as const))(
  '%s',
  async (name, one) => {
    target.asked.length = 0;
    const flow = await stack.client.save(one.definition.replaceAll('<target>', target.url), name);
    const id = await stack.client.begin(flow, one.input ?? {});
    await one.drive?.({ client: stack.client, id, target });
    expect(await stack.client.execution(id, 55)).toMatchObject({ state: one.ends });
    const replay = createJournalReplay(await workflowBundle(), stack.artifacts);
    for (const [index, history] of (await executionsOf(id)).entries())
      writeRecording({
        name: index === 0 ? name : `${name}.${index + 1}`,
        runId: id,
        history,
        told: (await replay(history, id)).map(toTold),
      });
  },
  120_000,
);
