import type { DataConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import type { temporal } from '@temporalio/proto';
import type { JournalEntry } from '../flow';
import type { JournalSinkCall } from '../workflows/contract';
import { withReferences } from './converter';
import type { ArtifactReader } from './reference-codec';
import { journalSinks, type WorkflowBundle } from './create-worker';

/**
 * Rebuilds the journal of one execution from its history (P4): the workflow is replayed and its sink calls are collected.
 * Throws when the history does not fit the code (a replay error).
 */
export const createJournalReplay =
  (bundle: WorkflowBundle, artifacts: ArtifactReader, converter?: DataConverter) =>
  async (history: temporal.api.history.v1.IHistory, workflowId: string): Promise<JournalEntry[]> => {
    const entries: JournalEntry[] = [];
    const collect = (call: JournalSinkCall): void => {
      entries.push(...call.entries);
    };
    const dataConverter = withReferences(artifacts, converter);
    await Worker.runReplayHistory(
      { workflowBundle: bundle, dataConverter, sinks: journalSinks(collect, true) },
      history,
      workflowId,
    );
    return entries;
  };
