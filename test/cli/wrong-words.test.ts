import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const exitOf = (...words: string[]): number | null =>
  spawnSync(process.execPath, ['--import', 'tsx', 'cli/ties.ts', ...words]).status;

/** 1 is what the daemon refused: a script is not to take a slip of its own for that. */
test('an option that is missing exits with 2, help that was asked for with 0', () => {
  expect(exitOf('revoke', 'N1')).toBe(2);
  expect(exitOf('revoke', '--help')).toBe(0);
});
