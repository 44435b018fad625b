import { defineConfig } from 'vitest/config';
import { loadingIsATest } from './loading.ts';
import { NearestFirst } from './nearest.ts';

/** What is quick and beside the code: each mutant runs those of its file's tests that reach it. */
export default defineConfig({
  test: {
    include: [`${process.env.TIES_MUTATED ?? '{protocol,machines}'}/**/*.test.ts`],
    isolate: false,
    sequence: { sequencer: NearestFirst },
    reporters: ['dot', loadingIsATest],
    testTimeout: 15_000,
  },
});
