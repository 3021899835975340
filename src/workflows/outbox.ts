import { proxySinks, setCurrentDetails, upsertSearchAttributes, type Sinks } from '@temporalio/workflow';
import { defineSearchAttributeKey } from '@temporalio/common';
import { LIMITS, shownState, waitingFor, type JournalEntry, type NodeSummary, type RunMemory } from '../flow';
import type { JournalSinkCall } from './contract';

interface JournalSinks extends Sinks {
  journal: { write(call: JournalSinkCall): void };
}
const { journal } = proxySinks<JournalSinks>();

const STATE = defineSearchAttributeKey('RepriseState', 'KEYWORD');
const SEQ = defineSearchAttributeKey('RepriseSeq', 'INT');
const WAITING = defineSearchAttributeKey('RepriseWaitingFor', 'KEYWORD_LIST');

/**
 * What a run tells the outside: journal through the sink (no history event), state through search attributes
 * (one event when the state or the waiting set changes at a park), current details (no event).
 */
export const createOutbox = (searchable: boolean) => {
  let entries: JournalEntry[] = [];
  let ring: JournalEntry[] = [];
  let shown = 'RUN|';

  return {
    add(more: readonly JournalEntry[]): void {
      entries.push(...more);
      ring = [...ring, ...more].slice(-LIMITS.journalRing);
    },
    pending: (): boolean => entries.length > 0,
    ring: (): readonly JournalEntry[] => ring,
    /** One sink call an activation (P7); `park` and `end` make the SDK await the flush (P3). */
    publish(memory: RunMemory, options: { readonly park: boolean }): void {
      const end = memory.phase === 'ended';
      if (options.park || end) showState(memory);
      if (entries.length === 0 && !options.park) return;
      journal.write({ runId: memory.facts.runId, workspace: memory.facts.workspace, entries, park: options.park || end, end });
      entries = [];
    },
  };

  function showState(memory: RunMemory): void {
    const state = shownState(memory);
    const waiting = waitingFor(memory);
    const next = `${state}|${waiting.join(',')}`;
    if (next === shown) return;
    shown = next;
    setCurrentDetails(toMarkdown(memory, state));
    if (!searchable) return;
    upsertSearchAttributes([
      { key: STATE, value: state },
      { key: SEQ, value: memory.seq },
      ...(waiting.length > 0 || memory.phase !== 'ended' ? [{ key: WAITING, value: waiting }] : []),
    ]);
  }
};
export type Outbox = ReturnType<typeof createOutbox>;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const MOST_ROWS = 50;

/** The table of node states that operators read in the Temporal UI. */
const toMarkdown = (memory: RunMemory, state: string): string => {
  const rows = Object.entries(memory.summaries).slice(-MOST_ROWS);
  const line = ([site, node]: [string, NodeSummary]): string =>
    `| ${cell(site)} | ${cell(node.type)} | ${node.state} | ${node.attempt}/${node.maxAttempts} | ${cell(node.error?.message ?? node.action ?? '')} |`;
  return [
    `**${state}** of flow ${cell(memory.facts.flowName)} v${memory.facts.version}`,
    '',
    '| node | type | state | attempt | note |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(line),
  ].join('\n');
};
