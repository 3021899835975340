import { runInNewContext } from 'node:vm';
import { anEnd, quietEntries } from '../../support/live';
import { startLiveApi } from '../../support/live-api';
import type { SocketMessage } from '../../support/socket-client';
import { blocks } from './pages';

type Follow = (api: string, token: string, id: string, onMessage: (message: SocketMessage) => void) => Promise<void>;

test('the example of docs/live.md follows an execution to its end', async () => {
  const api = await startLiveApi();
  const globals = { fetch, URLSearchParams, setTimeout };
  const follow = runInNewContext(`${blocks('docs/live.md', 'js')[0] ?? ''}; follow`, globals) as Follow;
  const run = await api.start();
  await api.tell(run, quietEntries(1, 2));
  const messages: SocketMessage[] = [];
  const followed = follow(api.url, api.token, run.id, (message) => messages.push(message));
  await api.tell(run, [anEnd(3)]);
  api.end(run, 3);
  await followed;
  expect(messages.map(({ type, seq }) => `${seq} ${type}`)).toEqual([
    '1 execution_update',
    '2 execution_update',
    '2 log',
    '3 execution_completed',
  ]);
  await api.close();
});
