/**
 * Sub-flow runs. X8: children are abandoned by Temporal and report their end by signal, so that a parent may continue as new
 * meanwhile.
 */
import { defineSearchAttributeKey } from '@temporalio/common';
import { ParentClosePolicy, startChild, workflowInfo } from '@temporalio/workflow';
import type { Command, RunEvent, RunFacts } from '../flow';
import { WORKFLOW_TYPE, type RunFlowArgs, type RunResult } from './contract';
import { toChildEnd, toFailure } from './failures';
import { tellRun } from './tell-run';

const FLOW = defineSearchAttributeKey('RepriseFlow', 'KEYWORD');
const STATE = defineSearchAttributeKey('RepriseState', 'KEYWORD');
const WORKSPACE = defineSearchAttributeKey('RepriseWorkspace', 'KEYWORD');

type Told = Extract<Command, { type: 'signalChild' }>['signal'];

export const createChildren = (facts: RunFacts, searchable: boolean, report: (event: RunEvent) => void) => {
  /** Children whose start is not confirmed: Temporal refuses signals to them, so what they are told waits here. */
  const starting = new Map<string, Told[]>();

  const attributes = (flow: string) => [
    { key: FLOW, value: flow },
    { key: STATE, value: 'RUN' },
    { key: WORKSPACE, value: facts.workspace },
  ];

  const send = (childRunId: string, signal: Told): void => {
    void tellRun(childRunId, signal, facts.runId);
  };

  const toArgs = ({ path, childRunId, flow, version, input, detach }: Extract<Command, { type: 'startChild' }>): RunFlowArgs => ({
    kind: 'admit',
    runId: childRunId,
    workspace: facts.workspace,
    flow,
    ...(version === undefined ? {} : { version }),
    input,
    ...(detach ? {} : { parent: { runId: facts.runId, path } }),
    searchable,
  });

  const start = (command: Extract<Command, { type: 'startChild' }>): void => {
    const { path, childRunId, flow, detach } = command;
    starting.set(childRunId, []);
    startChild(WORKFLOW_TYPE, {
      workflowId: childRunId,
      args: [toArgs(command)],
      taskQueue: workflowInfo().taskQueue,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowTaskTimeout: '2s',
      staticSummary: `sub-flow ${flow} of ${facts.flowName} at ${path}`,
      ...(searchable ? { typedSearchAttributes: attributes(flow) } : {}),
    }).then(
      (handle) => {
        const told = starting.get(childRunId) ?? [];
        starting.delete(childRunId);
        report({ type: 'childStarted', path, childRunId });
        for (const signal of told) send(childRunId, signal);
        if (!detach) follow(handle.result(), path, childRunId);
      },
      (error: unknown) => {
        starting.delete(childRunId);
        report({ type: 'childEnded', path, childRunId, state: 'FAIL', failure: { ...toFailure(error, path), retryable: true } });
      },
    );
  };

  /** The child's signal is the usual way; this one covers an end from outside (terminate, time limit). */
  const follow = (ending: Promise<unknown>, path: string, childRunId: string): void => {
    ending.then(
      (result) => {
        const { state, output, error } = result as RunResult;
        report({
          type: 'childEnded',
          path,
          childRunId,
          state,
          ...(output === undefined ? {} : { output }),
          ...(error === undefined ? {} : { failure: error }),
        });
      },
      (error: unknown) => report({ type: 'childEnded', path, childRunId, ...toChildEnd(error, path) }),
    );
  };

  return {
    start,
    tell(childRunId: string, signal: Told): void {
      const waiting = starting.get(childRunId);
      if (waiting === undefined) send(childRunId, signal);
      else waiting.push(signal);
    },
    /** No start is under way: one that was not confirmed would be lost by a continue-as-new. */
    idle: () => starting.size === 0,
  };
};
