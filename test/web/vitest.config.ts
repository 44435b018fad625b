import { defineConfig } from 'vitest/config';

/** A browser on the page: `npm run test:web`. */
export default defineConfig({
  test: {
    include: ['test/web/*.web.ts'],
    reporters: ['default', './test/closing-line.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A machine may be busy with other things.
    expect: { poll: { timeout: 30_000 } },
  },
});
