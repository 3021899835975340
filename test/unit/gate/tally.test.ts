import { countTests, summary, table } from '../../../scripts/gate/tally';
import type { StepResult } from '../../../scripts/gate/tally';

const file = (status: string, ...tests: readonly string[]) => ({
  name: 'a.test.ts',
  status,
  assertionResults: tests.map((result, at) => ({ status: result, fullName: `test ${at + 1}` })),
});

describe('what a Jest report counts as', () => {
  test('its passed and failed tests, and the skipped ones by name', () => {
    const report = { testResults: [file('passed', 'passed', 'pending'), file('failed', 'failed', 'passed')] };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, skipped: ['test 2'] });
  });

  test('a file that broke before its first test is one failure', () => {
    expect(countTests({ testResults: [file('failed'), file('passed', 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  test('a file whose hook broke after its tests is one failure', () => {
    expect(countTests({ testResults: [file('failed', 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  test.each([{ testResults: [] }, { testResults: [file('passed', 'pending')] }])('no test that ran is a failure', (report) => {
    expect(countTests(report, 0)).toMatchObject({ passed: 0, failed: 1, note: 'ran no test' });
  });

  test('a run that ended badly with all tests green is a failure', () => {
    expect(countTests({ testResults: [file('passed', 'passed')] }, 1)).toMatchObject({ passed: 1, failed: 1 });
  });

  test('a run without a report is a failure', () => {
    expect(countTests(undefined, 'SIGKILL')).toMatchObject({ passed: 0, failed: 1, note: 'no report, ended with SIGKILL' });
  });
});

describe('the table', () => {
  const results: readonly StepResult[] = [
    { name: 'lint', passed: 1, failed: 0, skipped: [], seconds: 2 },
    { name: 'unit tests', passed: 40, failed: 2, skipped: ['with docker'], seconds: 61.25, note: 'a note' },
  ];

  test('sums what every step counted', () => {
    expect(summary(results)).toBe('41 passed, 2 failed');
  });

  test('shows each step, its note and every skipped test', () => {
    expect(table(results)).toEqual([
      '✓ lint       1 passed, 0 failed (2.0 s)',
      '✗ unit tests 40 passed, 2 failed, 1 skipped (61.3 s) a note',
      '- skipped in unit tests: with docker',
    ]);
  });
});
