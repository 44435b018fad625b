import { TiesError } from '../../protocol/errors.ts';
import type { Results } from './folder.ts';
import type { Parameters } from './scenario.ts';
import { studentT95 } from './student.ts';
import { type Cell, cellsOf, type Estimate, keyOf } from './summary.ts';

/** How one output of the same parameters came out in two experiments. */
export interface Difference {
  readonly parameters: Parameters;
  readonly output: string;
  readonly a: Estimate;
  readonly b: Estimate;
  /** b − a; null where either has no mean. */
  readonly difference: number | null;
  /** Half the width of its 95 % confidence interval (Welch); null where either has fewer than two. */
  readonly ci95: number | null;
  /** Whether the interval leaves 0 out; null where there is none. */
  readonly isClear: boolean | null;
}

/**
 * The cells and outputs that two experiments have in common. Throws `EXPERIMENT_UNLIKE` where
 * there are none.
 */
export const compareResults = (a: Results, b: Results): Difference[] => {
  const others = new Map(cellsOf(b.rows).map((cell) => [keyOf(cell.parameters), cell]));
  const differences = cellsOf(a.rows).flatMap((cell) => {
    const other = others.get(keyOf(cell.parameters));
    return other === undefined ? [] : between(cell, other);
  });
  if (differences.length === 0)
    throw new TiesError(
      'EXPERIMENT_UNLIKE',
      'These two have no parameters and outputs in common. Compare results of one experiment, or of one whose values overlap.',
    );
  return differences;
};

const between = (a: Cell, b: Cell): Difference[] =>
  Object.entries(a.estimates).flatMap(([output, left]) => {
    const right = b.estimates[output];
    return right === undefined
      ? []
      : [{ parameters: a.parameters, output, a: left, b: right, ...welch(left, right) }];
  });

/** Welch's interval, with the degrees of freedom of Welch and Satterthwaite. */
const welch = (a: Estimate, b: Estimate): Pick<Difference, 'difference' | 'ci95' | 'isClear'> => {
  if (a.mean === null || b.mean === null) return { difference: null, ci95: null, isClear: null };
  const difference = b.mean - a.mean;
  if (a.deviation === null || b.deviation === null)
    return { difference, ci95: null, isClear: null };
  const [left, right] = [a.deviation ** 2 / a.n, b.deviation ** 2 / b.n];
  const variance = left + right;
  if (variance === 0) return { difference, ci95: 0, isClear: difference !== 0 };
  const degrees = variance ** 2 / (left ** 2 / (a.n - 1) + right ** 2 / (b.n - 1));
  const ci95 = studentT95(degrees) * Math.sqrt(variance);
  return { difference, ci95, isClear: Math.abs(difference) > ci95 };
};
