import { defineConfig } from 'vitest/config';

/** What is quick and beside the code: each mutant runs those of its file's tests that reach it. */
export default defineConfig({
  test: {
    include: ['protocol/**/*.test.ts', 'machines/**/*.test.ts'],
    reporters: ['dot'],
  },
});
