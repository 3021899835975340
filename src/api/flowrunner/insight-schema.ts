import { JOURNAL_TYPES, LIMITS } from '../../flow';
import { z } from '../zod-openapi';
import { JsonValue, Paging, PagingReply, Time, wholeNumber } from './common-schema';
import { NodeStateWord, State } from './execution-schema';

export const Level = z.enum(['debug', 'info', 'warn', 'error']);

export const LogsQuery = z.strictObject({ level: Level.optional().openapi({ description: 'Filter by log level.' }), ...Paging });
export const LogsReply = z
  .strictObject({
    logs: z.array(
      z.strictObject({
        timestamp: Time,
        level: Level,
        message: z.string(),
        node_id: z.string().optional(),
        node_type: z.string().optional(),
        data: JsonValue.optional(),
      }),
    ),
    ...PagingReply,
  })
  .openapi('ExecutionLogs');

const NodeReply = z
  .strictObject({
    state: NodeStateWord,
    node_type: z.string(),
    name: z.string().optional(),
    path: z.string().openapi({ description: 'Path of the newest run of this node, e.g. `each[3]/charge`.' }),
    node_run_id: z.string(),
    runs: z.int(),
    attempt: z.int(),
    max_attempts: z.int(),
    started_at: Time.optional(),
    completed_at: Time.optional(),
    action: z.string().optional(),
    error: z.strictObject({ code: z.string(), message: z.string() }).optional(),
  })
  .openapi('NodeState');
export const NodesReply = z
  .strictObject({
    source: z
      .enum(['live', 'head'])
      .openapi({ description: '`head` when no worker answered within one second: it may lag behind.' }),
    state: State,
    seq: z.int(),
    nodes: z.record(z.string(), NodeReply).openapi({ description: 'By static node path.' }),
  })
  .openapi('ExecutionNodes');

export const JournalQuery = z.strictObject({
  after: wholeNumber({ min: 0, max: Number.MAX_SAFE_INTEGER, fallback: 0 }, 'Only entries with a larger seq.'),
  limit: wholeNumber({ min: 1, max: LIMITS.listMax, fallback: LIMITS.listMax }, 'Maximum number of entries to return.'),
});
const EntryReply = z
  .strictObject({
    seq: z.int(),
    timestamp: Time,
    type: z.enum(JOURNAL_TYPES),
    level: Level,
    message: z.string(),
    path: z.string().optional(),
    node_id: z.string().optional(),
    node_type: z.string().optional(),
    node_name: z.string().optional(),
    node_run_id: z.string().optional(),
    attempt: z.int().optional(),
    max_attempts: z.int().optional(),
    state: z.string().optional(),
    action: z.string().optional(),
    input: JsonValue.optional(),
    output: JsonValue.optional(),
    output_ref: JsonValue.optional(),
    failure: JsonValue.optional(),
    waiting_for: z.array(z.string()).optional(),
    data: JsonValue.optional(),
  })
  .openapi('JournalEntry');
export const JournalReply = z
  .strictObject({
    entries: z.array(EntryReply),
    after: z.int(),
    limit: z.int(),
    last_seq: z.int().openapi({ description: 'Seq of the last entry that the run has written.' }),
  })
  .openapi('Journal');

export const ExplainReply = z
  .strictObject({
    state: State,
    waiting_for: z.array(z.string()),
    held: z.boolean(),
    nodes: z
      .record(z.string(), z.string())
      .openapi({ description: 'Per static node path: one sentence on why it is in its state.' }),
  })
  .openapi('Explanation');
