import { defineConfig } from 'vitest/config';

/** Tests that change what a module is for everybody who imports it: each has a process of its own. */
const ALONE = ['test/scenarios/secrets.test.ts', 'test/ffi/missing.test.ts'];
const IGNORED = ['node_modules/**', 'dist/**', 'tmp/**'];

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        test: {
          name: 'together',
          include: ['**/*.test.ts'],
          exclude: [...IGNORED, ...ALONE],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: ALONE, exclude: IGNORED } },
    ],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: {
      include: ['protocol/**/*.ts', 'machines/**/*.ts', 'drivers/tpm/**/*.ts'],
      exclude: [
        'test/**',
        // What draws machines is no machine.
        'cli/**',
        '**/*.test.ts',
        '**/interface.ts',
        '**/received.ts',
        '**/random-source.ts',
      ],
      reporter: ['text-summary', 'text'],
      thresholds: { branches: 95 },
    },
  },
});
