/** Load for the chaos test: starts runs all the time and remembers what each caller was told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client';

/** One start, as its caller knows it. */
export interface Sent {
  /** The input `n`, unique. */
  readonly n: number;
  readonly flow: string;
  readonly key?: string;
  /** `lost`: the connection broke before an answer. */
  readonly told: 'accepted' | 'undecided' | 'lost' | 'refused';
  readonly runId?: string;
}
export interface Load {
  readonly sent: readonly Sent[];
  /** What no caller may ever be told, e.g. a 500. */
  readonly surprises: readonly string[];
  stop(): Promise<void>;
}

export interface LoadOptions {
  readonly flows: readonly string[];
  readonly random: () => number;
  /** Callers at the same time. */
  readonly callers: number;
  readonly pauseMs: number;
}

export function startLoad(client: Client, { flows, random, callers, pauseMs }: LoadOptions): Load {
  const sent: Sent[] = [];
  const surprises: string[] = [];
  let stopping = false;
  let count = 0;
  const send = async (n: number): Promise<Sent> => {
    const flow = flows[Math.floor(random() * flows.length)] ?? '';
    const key = random() < 0.5 ? `key-${n}` : undefined;
    const known = { n, flow, ...(key !== undefined && { key }) };
    try {
      const { status, body } = await client.start(flow, { n }, known);
      if (status === 201) return { ...known, told: 'accepted', runId: body.execution_id };
      const { error } = body as unknown as { error?: { details: { execution_id?: string } } };
      if (status !== 503) surprises.push(`start ${n} was answered ${status} ${JSON.stringify(body)}`);
      const runId = error?.details.execution_id;
      return runId === undefined ? { ...known, told: 'refused' } : { ...known, told: 'undecided', runId };
    } catch {
      return { ...known, told: 'lost' };
    }
  };
  const call = async (): Promise<void> => {
    while (!stopping) {
      count += 1;
      const one = await send(count);
      sent.push(one);
      // Nobody listens: hammering would only fill the list.
      await sleep((one.told === 'lost' ? 5 * pauseMs : pauseMs) * (0.5 + random()));
    }
  };
  const calling = Array.from({ length: callers }, call);
  return {
    sent,
    surprises,
    stop: async () => {
      stopping = true;
      await Promise.all(calling);
    },
  };
}
