/**
 * Recorded histories: `histories/<case>.json`, one for each execution of the run (`<case>.2.json` after a
 * continue-as-new), gzipped when large. What tells of the machine that recorded is replaced.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { temporal } from '@temporalio/proto';
import type { JournalEntry } from '../../src/flow';

export type History = temporal.api.history.v1.IHistory;
const { History: HistoryType } = temporal.api.history.v1;
/** What a journal entry tells, without times and ids: these are the recording's own. */
export type Told = Pick<JournalEntry, 'seq' | 'type' | 'path' | 'state' | 'action' | 'message'>;
export interface Recording {
  /** The file's name without its ending. */
  readonly name: string;
  readonly runId: string;
  readonly history: History;
  readonly told: readonly Told[];
}

const FOLDER = join(__dirname, 'histories');
const LARGE_BYTES = 200_000;

export const toTold = ({ seq, type, path, state, action, message }: JournalEntry): Told =>
  JSON.parse(JSON.stringify({ seq, type, path, state, action, message })) as Told;

/** Names of processes, machines and folders. */
const anonymous = (text: string): string =>
  text
    .replaceAll(/"(identity|sourceIdentity)":\s*"[^"]*"/g, '"$1":"recorder"')
    .replaceAll(/"\d+@[\w.-]+/g, '"recorder')
    .replaceAll(/"stackTrace":\s*"(?:[^"\\]|\\.)*"/g, '"stackTrace":""')
    .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0');

export function writeRecording({ name, runId, history, told }: Recording): void {
  mkdirSync(FOLDER, { recursive: true });
  for (const ending of ['json', 'json.gz']) rmSync(join(FOLDER, `${name}.${ending}`), { force: true });
  // The SDK's historyToJSON needs one protobufjs for all its packages, which an installation need not have.
  const plain = HistoryType.toObject(HistoryType.create(history), { longs: String, enums: String, bytes: String });
  const { events } = JSON.parse(anonymous(JSON.stringify(plain))) as { events: unknown[] };
  const lines = (items: readonly unknown[]): string => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  const text = `{\n  "runId": "${runId}",\n  "told": [\n${lines(told)}\n  ],\n  "events": [\n${lines(events)}\n  ]\n}\n`;
  if (text.length < LARGE_BYTES) writeFileSync(join(FOLDER, `${name}.json`), text);
  else writeFileSync(join(FOLDER, `${name}.json.gz`), gzipSync(text, { level: 9 }));
}

/** All recordings, by name. */
export function readRecordings(): readonly Recording[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const bytes = readFileSync(join(FOLDER, file));
      const text = file.endsWith('.gz') ? gunzipSync(bytes).toString('utf8') : bytes.toString('utf8');
      const { runId, told, events } = JSON.parse(text) as { runId: string; told: Told[]; events: unknown[] };
      return { name: file.replace(/\.json(\.gz)?$/, ''), runId, told, history: HistoryType.fromObject({ events }) };
    });
}
