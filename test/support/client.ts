/** A caller of the HTTP API: what a test asks, in the words of the API. */
import type { JournalEntry, JsonObject, RunState } from '../../src/flow';

export interface Answer<T = JsonObject> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
  readonly ms: number;
}
export interface Execution extends JsonObject {
  readonly id: string;
  readonly flow_id: string;
  readonly status: 'running' | 'completed' | 'failed' | 'cancelled';
  readonly state: RunState;
}
export interface RunOptions {
  readonly wait?: number;
  readonly key?: string;
  readonly version?: number;
}

/** A run's last entries reach the store a moment after its callers. */
const JOURNAL_LAG_MS = 3_000;

class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

export type Client = ReturnType<typeof createClient>;

/** @param token sent as bearer; none when absent */
export function createClient(url: string, token?: string) {
  const ask = async <T = JsonObject>(
    method: string,
    path: string,
    options: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer<T>> => {
    const since = Date.now();
    const { body, headers } = options;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as T, ms: Date.now() - since };
  };

  /** The body of an answer that is well; anything else fails the test with what was said. */
  const get = async <T = JsonObject>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await ask<T>(method, path, { ...(body !== undefined && { body }) });
    if (answer.status >= 300)
      throw new UnexpectedAnswer(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  const execution = (id: string, wait = 0): Promise<Execution> => get('GET', `/api/v1/executions/${id}?wait=${wait}`);
  const start = (flow: string, input: unknown = {}, { wait = 0, key, version }: RunOptions = {}) =>
    ask<Execution & { readonly execution_id: string }>('POST', `/api/v1/flows/${flow}/run?wait=${wait}`, {
      body: { input, ...(version !== undefined && { version }) },
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    });

  return {
    url,
    ask,
    get,
    start,
    execution,
    /** Saves a definition; answers the flow's id. */
    save: async (definition: string, name?: string): Promise<string> =>
      (await get<{ id: string }>('POST', '/api/v1/flows', { definition, ...(name !== undefined && { name }) })).id,
    /** Starts a run of a saved flow; answers its id. */
    begin: async (flow: string, input: unknown = {}, options: RunOptions = {}): Promise<string> => {
      const answer = await start(flow, input, options);
      if (answer.status !== 201) throw new UnexpectedAnswer(`start answered ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body.execution_id;
    },
    /** Runs a definition to its end. */
    runToEnd: async (definition: string, input: unknown = {}): Promise<Execution> => {
      const { id } = await get<{ id: string }>('POST', '/api/v1/flows', { name: 'test', definition });
      const started = await start(id, input, { wait: 30 });
      if (started.status !== 201) throw new UnexpectedAnswer(`start answered ${started.status} ${JSON.stringify(started.body)}`);
      return execution(started.body.execution_id, 30);
    },
    /** Polls until the run is in one of these states; fails with the last state after `limitMs`. */
    until: async (id: string, states: readonly RunState[], limitMs = 15_000): Promise<Execution> => {
      for (const since = Date.now(); ;) {
        const now = await execution(id);
        if (states.includes(now.state)) return now;
        if (Date.now() - since > limitMs)
          throw new Error(`${id} is ${now.state} after ${limitMs} ms, not ${states.join(' or ')}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    /** All of a run's journal, in pages: up to the last entry that the run has written. */
    journal: async (id: string): Promise<JournalEntry[]> => {
      const all: JournalEntry[] = [];
      for (const since = Date.now(); ;) {
        const path = `/api/v1/executions/${id}/journal?after=${all.at(-1)?.seq ?? 0}&limit=100`;
        const { entries, last_seq: lastSeq } = await get<{ entries: JournalEntry[]; last_seq: number }>('GET', path);
        all.push(...entries);
        if ((all.at(-1)?.seq ?? 0) >= lastSeq || Date.now() - since > JOURNAL_LAG_MS) return all;
        if (entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Logs in over HTTP. */
export async function logIn(url: string, credentials: { readonly username: string; readonly password: string }): Promise<Client> {
  const { token } = await createClient(url).get<{ token: string }>('POST', '/api/v1/auth/login', credentials);
  return createClient(url, token);
}
