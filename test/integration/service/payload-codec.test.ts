/** The payload codec on the real server: what lies there, and what an operator reads and sends through the UI's decoder. */
import { Client, Connection } from '@temporalio/client';
import { startDecoder } from '../../../src/codec/decoder-server';
import { createPayloadCodec } from '../../../src/codec/payload-codec';
import { createKeyring } from '../../../src/crypto/keyring';
import { toConverter } from '../../../src/bin/wiring/converter';
import { findFreePort } from '../../../src/engines';
import { createJournalReplay } from '../../../src/worker/replay-journal';
import { TEST_KEYS } from '../../support/encryption-keys';
import { sharedEngines } from '../../support/engines';
import { encodingOf, payloadsOf, rawHistory, readableText, type RawPayload } from '../../support/payloads';
import { createRecordingLogger } from '../../support/recording-logger';
import { startStack, type Stack } from '../../support/stack';
import { workflowBundle } from '../../support/workflow-bundle';
import { createTally, expectGood } from '../../support/tally';
import { startTarget, type Target } from '../../support/target';

const UI = 'http://127.0.0.1:8233';
const CANARY = 'kanarienvogel';
const { temporalAddress, mongodbUri } = sharedEngines();

/** Local and regular calls, a failure that is caught, a wait, and an end that fails. */
const definition = (target: string) => `
metadata: { name: ${CANARY} of a flow }
nodes:
  get: { type: http.request, params: { url: "${target}/${CANARY}" }, next: post }
  post: { type: http.request, params: { url: "${target}/status/500", method: POST, body: "${CANARY}" }, catch: [{ errors: ["*"], next: stop }] }
  stop: { type: wait, params: { event: go } , next: bad }
  bad: { type: fail, params: { code: nope, message: "${CANARY} of a failure" } }
`;

describe.each([
  ['on', true],
  ['off', false],
] as const)('payload encryption %s', (_, encryptsPayloads) => {
  let stack: Stack;
  let target: Target;
  let plain: Client;
  let connection: Connection;
  let decoder: string;
  let stopDecoder: () => Promise<void>;
  beforeAll(async () => {
    target = await startTarget();
    stack = await startStack({ temporalAddress, mongodbUri, egressAllow: [`127.0.0.1:${target.port}`], encryptsPayloads });
    connection = await Connection.connect({ address: temporalAddress });
    plain = new Client({ connection, namespace: stack.namespace });
    const port = await findFreePort();
    const codec = createPayloadCodec({ keyring: createKeyring(TEST_KEYS), encrypts: encryptsPayloads });
    stopDecoder = await startDecoder({ codec, port, origins: [UI], logger: createRecordingLogger().logger });
    decoder = `http://127.0.0.1:${port}`;
  });
  afterAll(async () => {
    await stopDecoder();
    await connection.close();
    await stack.stop();
    await target.close();
  });

  /** As the UI's page does it. */
  const decode = async (payload: RawPayload | null | undefined): Promise<unknown> => {
    const sent = {
      metadata: Object.fromEntries(
        Object.entries(payload?.metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
      ),
      data: Buffer.from(payload?.data ?? []).toString('base64'),
    };
    const reply = await fetch(`${decoder}/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: UI, 'x-namespace': stack.namespace },
      body: JSON.stringify({ payloads: [sent] }),
    });
    const { payloads } = (await reply.json()) as { payloads: { data: string }[] };
    return JSON.parse(Buffer.from(payloads[0]?.data ?? '', 'base64').toString('utf8'));
  };

  test('an operator reads summary and details, holds and releases by plain signals, and the run ends well told', async () => {
    const flow = await stack.client.save(definition(target.url));
    const id = await stack.client.begin(flow);
    await stack.client.until(id, ['WAIT']);

    const { workflowExecutionInfo, executionConfig } = await connection.workflowService.describeWorkflowExecution({
      namespace: stack.namespace,
      execution: { workflowId: id },
    });
    expect(workflowExecutionInfo?.execution?.workflowId).toBe(id);
    expect(await decode(executionConfig?.userMetadata?.summary)).toBe(`${CANARY} of a flow v1`);
    const { queryResult } = await connection.workflowService.queryWorkflow({
      namespace: stack.namespace,
      execution: { workflowId: id },
      query: { queryType: '__temporal_workflow_metadata' },
    });
    expect(JSON.stringify(await decode(queryResult?.payloads?.[0]))).toContain('| stop | wait | WAIT |');

    const handle = plain.workflow.getHandle(id);
    await handle.signal('hold', { by: 'operator' });
    await stack.client.until(id, ['ON_HOLD']);
    await handle.signal('release');
    await stack.client.until(id, ['WAIT']);
    await handle.signal('deliverEvent', { name: 'go', data: null });
    expect(await stack.client.execution(id, 20)).toMatchObject({
      state: 'FAIL',
      error: expect.stringContaining(CANARY) as string,
    });

    const history = await rawHistory(temporalAddress, stack.namespace, id);
    // As the reconciler reads it.
    const replay = createJournalReplay(await workflowBundle(), stack.artifacts, toConverter(TEST_KEYS, encryptsPayloads));
    expect((await replay(history, id)).map(({ seq, type }) => [seq, type])).toEqual(
      (await stack.client.journal(id)).map(({ seq, type }) => [seq, type]),
    );
    const isReadable = readableText(history).includes(CANARY);
    const payloads = payloadsOf(history);
    const tally = createTally('K2 payloads in clear');
    for (const payload of payloads) {
      const data = Buffer.from(payload.data ?? []).toString('utf8');
      // The signals were sent plain.
      tally.count(encodingOf(payload) === 'binary/encrypted' || /operator|"go"/.test(data), () => data);
    }
    expect(payloads.length).toBeGreaterThan(10);
    expect(isReadable).toBe(!encryptsPayloads);
    if (encryptsPayloads) expectGood(tally);
  });
});
