/**
 * Probability that a standard Gaussian variable exceeds x, within a part in 10⁷: Chebyshev fit of
 * erfc in Press et al., Numerical Recipes in C, 2nd edition, §6.2.
 */
export const gaussianTail = (x: number): number => {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  const series = COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = (t * Math.exp(series - z * z)) / 2;
  return x >= 0 ? tail : 1 - tail;
};

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];
