import { expect, test } from 'vitest';
import { cargoTally, closingLine, total, vitestTally } from './tally.js';

test('cargo’s closing lines are added up', () => {
  const output = [
    'running 3 tests',
    'test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s',
    'test result: FAILED. 4 passed; 1 failed; 2 ignored; 0 measured; 0 filtered out; finished in 0.00s',
  ].join('\n');
  expect(cargoTally(output)).toEqual({ passed: 7, failed: 1, skipped: 2 });
});

test('a test file that vitest cannot load counts as failed', () => {
  const report = {
    numPassedTests: 5,
    numFailedTests: 1,
    numPendingTests: 3,
    testResults: [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
    ],
  };
  expect(vitestTally(JSON.stringify(report))).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test('the closing line has the sums, and says when a test could not be run', () => {
  const whole = { passed: 2, failed: 0, skipped: 0 };
  expect(closingLine(total([whole, { passed: 3, failed: 1, skipped: 0 }]))).toBe('5 passed, 1 failed');
  expect(closingLine(total([whole, { passed: 3, failed: 0, skipped: 4 }]))).toBe('5 passed, 0 failed, 4 skipped');
});
