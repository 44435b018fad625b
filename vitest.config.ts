import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    reporters: ['default', './test/closing-line.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: {
      include: ['protocol/**/*.ts', 'machines/**/*.ts', 'drivers/tpm/**/*.ts'],
      exclude: [
        'test/**',
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
