import { inline, type JournalEntry } from '../../../../src/flow';
import { MessageReply } from '../../../../src/api/flowrunner/live-schema';
import { presentItem } from '../../../../src/api/flowrunner/present-live';
import type { FollowItem } from '../../../../src/service/contract';
import { aRun } from '../../../contract/store-factories';
import { differences, readFixture } from '../../../support/documented';

const documented = readFixture('flowrunner', 'socket-messages') as readonly { readonly type: string }[];
const at = (time: string): Date => new Date(`2023-01-01T${time}Z`);
const place = { cursor: 'c', seq: 1, state: 'RUN' } as const;
const start = { node: 'start', nodeType: 'http.request', path: 'start', nodeRunId: 'nrun_1', attempt: 1 };
const entry = (members: Partial<JournalEntry>): FollowItem => ({
  kind: 'entry',
  entry: { seq: 1, at: at('12:00:01').getTime(), type: 'node.started', level: 'debug', message: 'm', ...start, ...members },
  ...place,
});
const end = (members: Parameters<typeof aRun>[0]): FollowItem => ({ kind: 'end', run: aRun(members), ...place });

const RESET: FollowItem = { kind: 'reset' };
const items: Readonly<Record<string, FollowItem>> = {
  execution_update: entry({ state: 'RUN' }),
  node_completed: entry({
    at: at('12:00:02').getTime(),
    type: 'node.ended',
    state: 'DONE',
    output: inline({ status_code: 200, body: { key: 'value' } }),
  }),
  execution_completed: end({ state: 'DONE', endedAt: at('12:00:05'), output: inline({ output: 'value' }) }),
  execution_failed: end({
    state: 'FAIL',
    endedAt: at('12:00:02'),
    error: { code: 'server_error', message: 'HTTP request failed with status 500', retryable: true, nodePath: 'start' },
    nodes: { start: { state: 'FAIL', type: 'http.request', path: 'start', nodeRunId: 'n', runs: 1, attempt: 1, maxAttempts: 1 } },
  }),
  log: {
    kind: 'line',
    line: {
      timestamp: at('12:00:01'),
      level: 'info',
      message: 'HTTP request successful',
      nodeId: 'start',
      nodeType: 'http.request',
      data: { status_code: 200, url: 'https://api.example.com/data' },
    },
    ...place,
  },
};

test('the document has five messages', () => {
  expect(documented.map(({ type }) => type).toSorted()).toEqual(Object.keys(items).toSorted());
});

test.each(documented)('$type is as documented, with seq, state and cursor', (message) => {
  const item = items[message.type];
  if (item === undefined) throw new Error('no such item');
  const presented = presentItem('run_1', item);
  expect(differences(presented, message)).toEqual([]);
  expect(presented).toMatchObject({ seq: 1, state: 'RUN', cursor: 'c' });
  expect(MessageReply.parse(presented)).toEqual(presented);
});

test.each([
  ['a cancelled run ends with execution_failed', end({ state: 'CANCELLED' }), { type: 'execution_failed', status: 'cancelled' }],
  ['a skipped run has completed', end({ state: 'SKIP' }), { type: 'execution_completed', status: 'completed' }],
  [
    'a failed node is an update',
    entry({ type: 'node.ended', state: 'FAIL', failure: { code: 'c', message: 'boom', retryable: false, nodePath: 'start' } }),
    { type: 'execution_update', node_state: 'FAIL', error: 'boom', event: 'node.ended' },
  ],
  [
    'a filtered node is an update',
    entry({ type: 'node.ended', state: 'FILTERED' }),
    { type: 'execution_update', node_state: 'FILTERED' },
  ],
  [
    'a wait tells what for',
    entry({ type: 'run.state', state: 'WAIT', waitingFor: ['event:paid'] }),
    { type: 'execution_update', event: 'run.state', waiting_for: ['event:paid'] },
  ],
  ['a reset has no cursor', RESET, { type: 'reset', execution_id: 'run_1' }],
])('%s', (_name, item, expected) => {
  const presented = presentItem('run_1', item);
  expect(presented).toMatchObject(expected);
  expect(MessageReply.parse(presented)).toEqual(presented);
});
