import { defineConfig } from 'vitest/config';

/** One machine, one file after the other, and a line for each test as it ends. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/lab/**/*.lab.ts'],
    reporters: ['./test/lab/progress.ts', './test/closing-line.ts'],
    pool: 'forks',
    testTimeout: 300_000,
    hookTimeout: 1_800_000,
  },
});
