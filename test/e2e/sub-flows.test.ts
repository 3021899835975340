/** Runs that start runs. */
import { sharedEngines } from '../support/engines';
import { startStack, type Stack } from '../support/stack';

const { temporalAddress, mongodbUri } = sharedEngines();
let stack: Stack;
let child: string;
beforeAll(async () => {
  stack = await startStack({ temporalAddress, mongodbUri });
  child = await stack.client.save(
    `
metadata: { name: Child }
input: { type: object, required: [n] }
nodes:
  gate: { type: condition, params: { if: 'input.n > 0' }, next: { 'true': double, 'false': hold } }
  hold: { type: wait, params: { type: event, event: go }, next: double }
  double: { type: transform, params: { output: '{{ input.n * 2 }}' } }`,
  );
});
afterAll(() => stack.stop());

const parentOf = (params: string): string => `
nodes:
  sub: { type: flow, params: ${params}, next: after }
  after: { type: transform, params: { output: { got: '{{ nodes.sub }}' } } }`;
const childRun = async (parent: string): Promise<string> => {
  for (let tries = 0; tries < 200; tries += 1) {
    const { executions } = await stack.client.get<{ executions: { id: string }[] }>(
      'GET',
      `/api/v1/executions?flow_id=${child}&limit=100`,
    );
    for (const { id } of executions) {
      const { trigger } = (await stack.client.execution(id)) as unknown as { trigger: { parent_execution_id?: string } };
      if (trigger.parent_execution_id === parent) return id;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${parent} has no sub-flow run`);
};

test('wait: the output of the other run is the output of the node; by id and by name', async () => {
  for (const flow of [child, 'Child']) {
    const run = await stack.client.runToEnd(parentOf(`{ flow: '${flow}', input: { n: 21 } }`));
    expect(run).toMatchObject({ status: 'completed', result: { got: 42 } });
    const sub = await stack.client.execution(await childRun(run.id));
    expect(sub).toMatchObject({
      status: 'completed',
      result: 42,
      trigger: { type: 'flow', parent_execution_id: run.id, parent_path: 'sub' },
    });
  }
});

test('detach: answers the id of the other run at once, which ends on its own', async () => {
  const run = await stack.client.runToEnd(parentOf(`{ flow: Child, input: { n: 0 }, mode: detach }`));
  const { got } = run['result'] as { got: { runId: string } };
  expect(run).toMatchObject({ status: 'completed', result: { got: { runId: expect.stringMatching(/^run_/) as unknown } } });
  // The other run's row is written by that run: the id may be told a moment before it.
  while ((await stack.client.ask('GET', `/api/v1/executions/${got.runId}`)).status === 404)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await stack.client.until(got.runId, ['WAIT']);
  await stack.client.get('POST', `/api/v1/executions/${got.runId}/events/go`, {});
  expect(await stack.client.execution(got.runId, 15)).toMatchObject({ status: 'completed', result: 0 });
});

test('cancel and hold of a run reach the one it waits for', async () => {
  const parent = await stack.client.begin(await stack.client.save(parentOf(`{ flow: Child, input: { n: 0 } }`), 'Parent'));
  const sub = await childRun(parent);
  await stack.client.until(sub, ['WAIT']);
  await stack.client.get('POST', `/api/v1/executions/${parent}/hold`, {});
  await stack.client.until(sub, ['ON_HOLD']);
  await stack.client.get('POST', `/api/v1/executions/${parent}/release`);
  await stack.client.until(sub, ['WAIT']);
  await stack.client.get('DELETE', `/api/v1/executions/${parent}`);
  expect(await stack.client.execution(parent, 20)).toMatchObject({ status: 'cancelled' });
  expect(await stack.client.execution(sub, 20)).toMatchObject({ status: 'cancelled' });
});

test('a sub-flow that refuses its input fails the node, with the reason', async () => {
  expect(await stack.client.runToEnd(parentOf(`{ flow: Child, input: {} }`))).toMatchObject({
    status: 'failed',
    failure: { node_path: 'sub' },
  });
});
