import type { Row } from './row.ts';

const COLUMNS = ['property', 'tool', 'scope', 'states', 's', 'here', 'paper'] as const;

const cells = ({ property, tool, scope, states, ms, ours, paper }: Row): readonly string[] => [
  ...[property, tool, scope, states.toLocaleString('en')],
  ...[(ms / 1000).toFixed(1), ours, paper],
];

/** Plain text, as wide as it needs to be. */
export const tableOf = (rows: readonly Row[]): string => {
  const lines = [COLUMNS as readonly string[], ...rows.map(cells)];
  const widths = COLUMNS.map((_, at) => Math.max(...lines.map((line) => (line[at] ?? '').length)));
  const isNumber = (at: number): boolean => at === 3 || at === 4;
  return lines
    .map((line) =>
      line
        .map((cell, at) =>
          isNumber(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
