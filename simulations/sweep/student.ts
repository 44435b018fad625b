/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const QUANTILES = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];
const NORMAL = 1.959964;

/** The same, of any degrees of freedom from 1; between whole ones that of the lower. */
export const studentT95 = (degrees: number): number =>
  QUANTILES[Math.floor(degrees) - 1] ??
  // Cornish-Fisher, to the second order (Abramowitz and Stegun 26.7.5).
  NORMAL +
    (NORMAL ** 3 + NORMAL) / (4 * degrees) +
    (5 * NORMAL ** 5 + 16 * NORMAL ** 3 + 3 * NORMAL) / (96 * degrees ** 2);
