/** The code of today replays what earlier code did, and tells the same story of it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { NODE_TYPE_NAMES } from '../../src/language';
import { createLogger } from '../../src/logger';
import { createMemoryArtifactStore } from '../../src/store/memory';
import { createJournalReplay } from '../../src/worker/replay-journal';
import { installRuntime } from '../../src/worker/runtime';
import { workflowBundle } from '../support/workflow-bundle';
import { REPLAY_CASES } from './cases';
import { readRecordings, toTold } from './histories';

installRuntime(createLogger({ level: 'silent' }));
const recordings = readRecordings();
const names = new Set(recordings.map(({ name }) => name));

test.each(recordings.map((recording) => [recording.name, recording] as const))('%s', async (_name, { runId, history, told }) => {
  const entries = await createJournalReplay(await workflowBundle(), createMemoryArtifactStore())(history, runId);
  expect(entries.map(toTold)).toEqual(told);
  const first = entries[0]?.seq ?? 1;
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => first + index));
});

test('every case has its history, and every history its case', () => {
  expect(REPLAY_CASES.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
  const known = new Set(REPLAY_CASES.map(({ name }) => name));
  expect([...names].filter((name) => !known.has(name.replace(/\.\d+$/, '')))).toEqual([]);
  expect(names).toContain('continue-as-new-from-a-checkpoint.2');
});

test.each(NODE_TYPE_NAMES)('%s has a page, a case and a history', (type) => {
  expect(existsSync(path.join(__dirname, '..', '..', 'docs', 'nodes', `${type}.md`))).toBe(true);
  const shown = REPLAY_CASES.filter(({ types }) => types.includes(type));
  expect(shown.length).toBeGreaterThan(0);
  for (const { name, definition } of shown) expect([name, definition.includes(`type: ${type}`)]).toEqual([name, true]);
});
