import { expect, test } from 'vitest';
import { resumed } from './resume.ts';

test('what was killed is kept, with the names of its tests; all else is tried again', () => {
  const [killed, ...others] = ['Killed', 'Survived', 'NoCoverage', 'Timeout'].map((status) => ({
    status,
  }));
  const earlier = {
    files: { 'a.ts': { source: 'a', mutants: [...others, killed as { status: string }] } },
    testFiles: { 'a.test.ts': { source: 'old', tests: [{ id: '0', name: 'holds' }] } },
  };
  expect(resumed(earlier)).toEqual({
    files: { 'a.ts': { source: 'a', mutants: [killed] } },
    testFiles: { 'a.test.ts': { tests: [{ id: '0', name: 'holds' }] } },
  });
});
