/** Requests that the Temporal server's frontend was asked, from its own metrics. */

/** Requests by operation since the server's start. */
export type Requests = Readonly<Record<string, number>>;

const LINE = /^service_requests\{([^}]*)\} (\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/gm;
const labelOf = (labels: string, name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';

/** @param port of the server's metrics, on loopback */
export async function readRequests(port: number): Promise<Requests> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const found: Record<string, number> = {};
  for (const [, labels = '', value = '0'] of text.matchAll(LINE)) {
    if (labelOf(labels, 'service_name') !== 'frontend') continue;
    const operation = labelOf(labels, 'operation');
    found[operation] = (found[operation] ?? 0) + Number(value);
  }
  return found;
}

/** Operations whose count is that of time, not of runs: idle workers poll, all of us look after the server. */
const IDLE =
  /^Poll(Workflow|Activity|Nexus)TaskQueue$|^(DescribeNamespace|GetSystemInfo|GetClusterInfo|ListWorkflowExecutions|RecordWorkerHeartbeat|UpdateNamespace)$/;

/** What came in between, without idle polls. */
export const requestsBetween = (before: Requests, after: Requests): Requests =>
  Object.fromEntries(
    Object.entries(after)
      .map(([operation, count]) => [operation, count - (before[operation] ?? 0)] as const)
      .filter(([operation, count]) => count > 0 && !IDLE.test(operation)),
  );
