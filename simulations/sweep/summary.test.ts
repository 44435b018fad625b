import { expect, test } from 'vitest';
import { studentT95 } from './student.ts';
import { estimate, powerLaw } from './summary.ts';

test('the mean has the interval that a table of t gives', () => {
  const { mean, deviation, ci95, n, missing } = estimate([4, 6, 8, null]);
  expect([mean, deviation, n, missing]).toEqual([6, 2, 3, 1]);
  // t(0.975, 2) = 4.303
  expect(ci95).toBeCloseTo((4.303 * 2) / Math.sqrt(3), 6);
  expect(estimate([5])).toMatchObject({ mean: 5, ci95: null });
  expect(estimate([null])).toMatchObject({ mean: null, missing: 1 });
});

/** NIST/SEMATECH e-Handbook, 1.3.6.7.2. */
test.each([
  [1, 12.706],
  [30, 2.042],
  [40, 2.021],
  [100, 1.984],
])('t of %i degrees of freedom', (degrees, expected) => {
  expect(studentT95(degrees)).toBeCloseTo(expected, 3);
});

test('a power law is found again', () => {
  const points = [1, 10, 100].map((x) => ({ x, y: 3 * x ** 1.15 }));
  expect(powerLaw(points)?.exponent).toBeCloseTo(1.15, 9);
  expect(powerLaw(points)?.factor).toBeCloseTo(3, 9);
  expect(powerLaw([{ x: 1, y: 1 }])).toBeNull();
});
