import { expect, test } from 'vitest';
import { tableOf, tally } from './table.ts';

const mutants = (...statuses: readonly string[]) => ({
  mutants: statuses.map((status) => ({ status })),
});

test('a folder has the score of its own files, without what nobody could notice', () => {
  const [row, all] = tally([
    [
      'machines/join',
      {
        files: {
          'machines/join/node.ts': mutants('Killed', 'Killed', 'Survived', 'Ignored'),
          'machines/join/center.ts': mutants('Timeout', 'NoCoverage', 'RuntimeError'),
          'machines/retry.ts': mutants('Survived'),
        },
      },
    ],
  ]);
  expect(row).toEqual({
    ...{ folder: 'machines/join', mutants: 5, killed: 2, timedOut: 1 },
    ...{ survived: 1, unreached: 1, score: 60 },
  });
  expect(all).toEqual({ ...row, folder: 'all' });
  expect(
    tableOf([row as never])
      .split('\n')
      .at(-1),
  ).toBe('| machines/join | 5 | 2 | 1 | 1 | 1 | 60.0 |');
});
