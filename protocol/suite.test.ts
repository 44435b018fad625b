import { expect, test } from 'vitest';
import { SUITE_NAMES, suiteName, suiteOf } from './suite.ts';
import { SUITES } from './tpm/storage-key.ts';

test('every suite has a word, and the word the suite’s number', () => {
  expect(SUITES.map(suiteName)).toEqual(SUITE_NAMES);
  expect(SUITE_NAMES.map(suiteOf)).toEqual(SUITES);
});
