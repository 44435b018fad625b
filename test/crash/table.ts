import type { Reporter, TestModule } from 'vitest/node';
import { KINDS } from './moments.ts';

const COLUMNS = [...KINDS, 'full disk'] as const;
type Row = Record<string, { passed: number; failed: number }>;

/** How many runs of each procedure there were, by what befell it, and how many of them went wrong. */
export default class CrashTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const rows = new Map<string, Row>();
    for (const module of modules)
      for (const test of module.children.allTests()) {
        const column = COLUMNS.find((name) => test.name.startsWith(name));
        if (column === undefined || test.parent.type !== 'suite') continue;
        const row = rows.get(test.parent.name) ?? {};
        rows.set(test.parent.name, row);
        row[column] ??= { passed: 0, failed: 0 };
        row[column][test.result().state === 'passed' ? 'passed' : 'failed'] += 1;
      }
    const lines = [...rows].map(([procedure, row]) => [
      procedure,
      ...COLUMNS.map((of) => cell(row, of)),
    ]);
    process.stdout.write(`\n${[['', ...COLUMNS], ...lines].map(line).join('\n')}\n`);
  }
}

const cell = (row: Row, column: string): string => {
  const { passed, failed } = row[column] ?? { passed: 0, failed: 0 };
  return failed === 0 ? `${passed}` : `${passed} (${failed} failed)`;
};

const line = ([procedure = '', ...cells]: readonly string[]): string =>
  procedure.padEnd(16) + cells.map((text) => text.padStart(15)).join('');
