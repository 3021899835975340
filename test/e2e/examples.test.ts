/** Every example against the real thing: saved and run over HTTP, with the input and the output that its folder names. */
import { compare, fill, readExample } from '../../scripts/examples/catalog';
import { startServices, type Services } from '../../scripts/examples/services';
import { createClient, type Client } from '../support/client';
import { sharedEngines, startTestTemporal, type TestTemporal } from '../support/engines';
import { startStack, type Stack } from '../support/stack';

const { temporalAddress, temporalHttpPort, mongodbUri } = sharedEngines();
let services: Services;
let stack: Stack;
let marks: Record<string, string>;

beforeAll(async () => {
  services = await startServices();
  const egressAllow = [`127.0.0.1:${services.port}`, `127.0.0.1:${temporalHttpPort}`];
  stack = await startStack({ temporalAddress, mongodbUri, egressAllow });
  marks = { services: services.url, temporal: `http://127.0.0.1:${temporalHttpPort}`, namespace: stack.namespace };
});
afterAll(async () => {
  await stack.stop();
  await services.close();
});

/** Runs an example to its end and compares; answers what came out. */
async function expectExample(name: string, client: Client, known: Record<string, string>) {
  const { title, definition, input, expected } = readExample(name);
  const started = await client.start(await client.save(definition), fill(input, known), { wait: 40 });
  expect(started).toMatchObject({ status: 201, body: { status: 'completed', flow_name: title } });
  expect(compare(started.body['result'], fill(expected, known))).toEqual([]);
  return started.body;
}

test.each(['hello', 'loop-join'])('%s', async (name) => {
  await expectExample(name, stack.client, marks);
});

test('api-chain: the retries are the node’s, the 404 is caught', async () => {
  const { execution_id: id } = await expectExample('api-chain', stack.client, marks);
  const journal = await stack.client.journal(id);
  expect(journal.filter(({ type }) => type === 'node.retry')).toHaveLength(2);
  expect(journal.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^No discount for c-7: HTTP request failed with status 404/),
  );
});

test('ops-report: what Temporal says about the runs of a flow, stored and posted', async () => {
  const hello = readExample('hello');
  const flow = await stack.client.save(hello.definition);
  const runs = 3;
  for (let count = 0; count < runs; count += 1) await stack.client.begin(flow, hello.input, { wait: 20 });
  const query = `WorkflowType = 'runFlow' AND RepriseFlow = '${flow}' AND ExecutionStatus = 'Completed'`;
  const listed = async () =>
    (await stack.temporal.workflowService.countWorkflowExecutions({ namespace: stack.namespace, query })).count;
  // Visibility follows a close by a moment.
  while (Number(await listed()) < runs) await new Promise((resolve) => setTimeout(resolve, 50));

  const { result } = await expectExample('ops-report', stack.client, { ...marks, 'flow:hello': flow });
  expect(result).toMatchObject({ runs, completed: runs, failed: 0, pages: 2 });
  expect(services.received.get('ops-report')).toEqual([result]);
  const read = await stack.client.save(
    `nodes: { read: { type: store, params: { operation: get, key: 'ops-report/${flow}' } } }`,
    'Read',
  );
  expect(await stack.client.start(read, {}, { wait: 20 })).toMatchObject({
    body: { result: { found: true, value: result } },
  });
});

describe('long-wait', () => {
  let own: TestTemporal;
  beforeAll(async () => {
    own = await startTestTemporal();
  });
  afterAll(() => own.stop());

  test('the event ends it after API, worker and Temporal server were all stopped and started again', async () => {
    const { definition, input, expected, event } = readExample('long-wait');
    if (event === undefined) throw new Error('long-wait has no event');
    const first = await startStack({ temporalAddress: own.address, mongodbUri });
    const id = await first.client.begin(await first.client.save(definition), input);
    expect(await first.client.until(id, ['WAIT'])).toMatchObject({ waiting_for: ['event:payment'] });
    await first.stop();
    await own.kill();
    await own.restart();

    const second = await startStack({ temporalAddress: own.address, mongodbUri, namespace: first.namespace });
    try {
      const wrong = await second.client.get('POST', `/api/v1/executions/${id}/events/payment`, { key: 'A-9', data: null });
      expect(wrong).toEqual({ outcome: 'kept' });
      const { name, key, data } = event;
      expect(await second.client.get('POST', `/api/v1/executions/${id}/events/${name}`, { key, data })).toEqual({
        outcome: 'delivered',
      });
      expect(await second.client.execution(id, 20)).toMatchObject({ status: 'completed', result: expected });
      expect(await createClient(second.url).ask('GET', `/api/v1/executions/${id}`)).toMatchObject({ status: 401 });
    } finally {
      await second.stop();
    }
  });
});
