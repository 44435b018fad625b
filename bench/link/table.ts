import { goodput } from './claims.ts';
import type { Row } from './rows.ts';

const COLUMNS: readonly (readonly [heading: string, cell: (row: Row) => string | number])[] = [
  ['preset', ({ preset }) => preset],
  ['bytes', ({ bytes }) => bytes],
  ['loss', ({ loss }) => loss],
  ['delivered', ({ delivered, n }) => `${delivered} of ${n}`],
  ['mean ms', ({ meanMs }) => meanMs.toFixed(0)],
  ['p99 ms', ({ p99Ms }) => p99Ms.toFixed(0)],
  ['bound ms', ({ boundMs }) => boundMs.toFixed(0)],
  ['of bound', (row) => `${(100 * goodput(row)).toFixed(1)} %`],
  ['| stop-and-wait', ({ n, stopAndWait }) => `| ${stopAndWait.delivered} of ${n}`],
  ['mean ms', ({ stopAndWait }) => stopAndWait.meanMs.toFixed(0)],
  ['p99 ms', ({ stopAndWait }) => stopAndWait.p99Ms.toFixed(0)],
];

/** Columns aligned to the right, a line each row. */
export const table = (rows: readonly Row[]): string => {
  const lines = [
    COLUMNS.map(([heading]) => heading),
    ...rows.map((row) => COLUMNS.map(([, cell]) => `${cell(row)}`)),
  ];
  const widths = COLUMNS.map((_, column) =>
    Math.max(...lines.map((cells) => (cells[column] as string).length)),
  );
  return lines
    .map((cells) => cells.map((cell, column) => cell.padStart(widths[column] as number)).join('  '))
    .join('\n');
};
