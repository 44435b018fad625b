import type { Row } from './run-log.ts';
import type { Parameters } from './scenario.ts';
import { studentT95 } from './student.ts';

/** What several runs gave for one output. */
export interface Estimate {
  /** Runs that gave a value. */
  readonly n: number;
  /** Runs that gave none. */
  readonly missing: number;
  readonly mean: number | null;
  /** Of the sample, dividing by n − 1; null for fewer than two. */
  readonly deviation: number | null;
  /** Half the width of the 95 % confidence interval of the mean (Student's t); null likewise. */
  readonly ci95: number | null;
}

/** All repeats of the same parameters. */
export interface Cell {
  readonly parameters: Parameters;
  readonly estimates: Readonly<Record<string, Estimate>>;
}

export const estimate = (values: readonly (number | null)[]): Estimate => {
  const known = values.filter((value) => value !== null);
  const [n, missing] = [known.length, values.length - known.length];
  if (n === 0) return { n, missing, mean: null, deviation: null, ci95: null };
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, missing, mean, deviation: null, ci95: null };
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  return { n, missing, mean, deviation, ci95: (studentT95(n - 1) * deviation) / Math.sqrt(n) };
};

export const keyOf = (parameters: Parameters): string =>
  JSON.stringify(Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)));

/** In the order in which their parameters first come. */
export const cellsOf = (rows: readonly Row[]): Cell[] => {
  const byKey = new Map<string, Row[]>();
  for (const row of [...rows].sort((a, b) => a.run - b.run)) {
    const known = byKey.get(keyOf(row.parameters));
    if (known === undefined) byKey.set(keyOf(row.parameters), [row]);
    else known.push(row);
  }
  return [...byKey.values()].map((same) => {
    const { parameters, outputs } = same[0] as Row;
    const estimates = Object.keys(outputs).map((name) => [
      name,
      estimate(same.map((row) => row.outputs[name] ?? null)),
    ]);
    return { parameters, estimates: Object.fromEntries(estimates) };
  });
};

/** The b of y = a·x^b, by least squares of the logarithms; null for fewer than two points. */
export const powerLaw = (
  points: readonly { readonly x: number; readonly y: number }[],
): { factor: number; exponent: number } | null => {
  const logs = points
    .filter(({ x, y }) => x > 0 && y > 0)
    .map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) }));
  const mean = (of: 'x' | 'y'): number => logs.reduce((sum, at) => sum + at[of], 0) / logs.length;
  const [meanX, meanY] = [mean('x'), mean('y')];
  const spread = logs.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  if (logs.length < 2 || spread === 0) return null;
  const exponent = logs.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread;
  return { factor: Math.exp(meanY - exponent * meanX), exponent };
};
