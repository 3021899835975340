import type { Client } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { RUN_STATES, type RunState } from '../../flow';
import type { OpenRun, OpenRunPage, ProblemRun } from '../../projection/engine-port';
import { WORKFLOW_TYPE } from '../../workflows/contract';
import type { Bounded } from './bounded';

type ExecutionInfo = temporal.api.workflow.v1.IWorkflowExecutionInfo;

const OPEN = `WorkflowType = '${WORKFLOW_TYPE}' AND ExecutionStatus = 'Running'`;

/** Lists of open runs, from visibility. */
export const createListing = (client: Client, bounded: Bounded, rpcMs: number) => {
  const list = async (query: string, pageSize: number, next?: Uint8Array) => {
    const page = await bounded(rpcMs, () =>
      client.workflowService.listWorkflowExecutions({
        namespace: client.options.namespace,
        query,
        pageSize,
        ...(next === undefined ? {} : { nextPageToken: next }),
      }),
    );
    return { infos: page.executions ?? [], next: page.nextPageToken?.length ? page.nextPageToken : undefined };
  };

  return {
    async listOpen(pageSize: number, next?: Uint8Array): Promise<OpenRunPage> {
      const page = await list(OPEN, pageSize, next);
      return { runs: page.infos.map(toOpenRun), ...(page.next === undefined ? {} : { next: page.next }) };
    },
    async listProblems(limit: number): Promise<readonly ProblemRun[]> {
      const { infos } = await list(`${OPEN} AND TemporalReportedProblems IS NOT NULL`, limit);
      return infos.map((info) => ({ runId: info.execution?.workflowId ?? '', cause: causeOf(info) }));
    },
  };
};

const toOpenRun = (info: ExecutionInfo): OpenRun => {
  const state = attribute(info, 'RepriseState');
  const seq = attribute(info, 'RepriseSeq');
  return {
    runId: info.execution?.workflowId ?? '',
    ...(isRunState(state) ? { state } : {}),
    ...(typeof seq === 'number' ? { seq } : {}),
  };
};

const isRunState = (value: unknown): value is RunState =>
  typeof value === 'string' && (RUN_STATES as readonly string[]).includes(value);

/** `category=WorkflowTaskFailed`, `cause=WorkflowTaskFailedCauseNonDeterministicError` → one text. */
const causeOf = (info: ExecutionInfo): string => {
  const problems = attribute(info, 'TemporalReportedProblems');
  return Array.isArray(problems) ? problems.map(String).join(', ') : JSON.stringify(problems ?? 'unknown');
};

/** Search attributes are JSON and never pass a payload codec. */
const attribute = (info: ExecutionInfo, name: string): unknown => {
  const data = info.searchAttributes?.indexedFields?.[name]?.data;
  return data === undefined || data === null ? undefined : (JSON.parse(Buffer.from(data).toString('utf8')) as unknown);
};
