import { isTerminalRunState, type NodeSummary, type RunState } from '../../flow';
import type { Run } from '../../store/ports';
import { QUERIES, type ExplainAnswer, type NodeStateAnswer } from '../../workflows/contract';
import type { TemporalPort } from '../temporal-port';

export interface NodeStates {
  readonly source: 'live' | 'head';
  readonly state: RunState;
  readonly seq: number;
  readonly nodes: Readonly<Record<string, NodeSummary>>;
}

const QUERY_MS = 1_000;
const CACHE_MS = 200;
const MOST_CACHED = 1_000;

/** Live views from the run's queries: one query a run at a time, its answer good for 200 ms; else the head. */
export const createNodeStates = (deps: { readonly temporal: Pick<TemporalPort, 'query'>; readonly clock: () => number }) => {
  const flights = new Map<string, { readonly answer: Promise<unknown>; readonly until: number }>();

  const ask = (runId: string, name: string): Promise<unknown> => {
    const key = `${name} ${runId}`;
    const flying = flights.get(key);
    if (flying !== undefined && flying.until > deps.clock()) return flying.answer;
    const answer = deps.temporal.query(runId, name, QUERY_MS);
    flights.delete(key);
    // While it flies everybody joins; from its landing on it is good for the cache time.
    flights.set(key, { answer, until: deps.clock() + QUERY_MS + CACHE_MS });
    void answer.then(() => {
      if (flights.get(key)?.answer === answer) flights.set(key, { answer, until: deps.clock() + CACHE_MS });
    });
    const [oldest] = flights.keys();
    if (flights.size > MOST_CACHED && oldest !== undefined) flights.delete(oldest);
    return answer;
  };

  const ofHead = (run: Run): NodeStates => ({ source: 'head', state: run.state, seq: run.seq, nodes: run.nodes });

  return {
    async nodes(run: Run): Promise<NodeStates> {
      if (isTerminalRunState(run.state)) return ofHead(run);
      const answer = (await ask(run.id, QUERIES.nodeState)) as NodeStateAnswer | undefined;
      if (answer === undefined || answer.loading) return ofHead(run);
      // P5: a long answer is cut; the head has the rest.
      const nodes = answer.truncated ? { ...run.nodes, ...answer.nodes } : answer.nodes;
      return { source: 'live', state: answer.state, seq: answer.seq, nodes };
    },
    async explain(run: Run): Promise<ExplainAnswer> {
      const answer = isTerminalRunState(run.state)
        ? undefined
        : ((await ask(run.id, QUERIES.explain)) as ExplainAnswer | undefined);
      return answer ?? explainHead(run);
    },
  };
};

/** What the head can tell without the run. */
const explainHead = (run: Run): ExplainAnswer => ({
  state: run.state,
  waitingFor: run.waitingFor,
  held: run.state === 'ON_HOLD',
  nodes: Object.fromEntries(Object.entries(run.nodes).map(([site, node]) => [site, sentence(node)])),
});

const sentence = (node: NodeSummary): string => {
  if (node.error !== undefined) return `${node.state}: ${node.error.message}`;
  return node.action === undefined ? `was last seen ${node.state}` : `answered ${node.action}`;
};
