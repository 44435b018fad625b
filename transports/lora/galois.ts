/**
 * The field GF(2⁸): a byte is a polynomial over GF(2), modulo x⁸ + x⁴ + x³ + x² + 1, of which x
 * generates all others but 0. Adding is XOR, so every element is its own negative.
 */
const POLYNOMIAL = 0x11d;

const powers = new Uint8Array(255);
const logarithms = new Uint8Array(256);
for (let exponent = 0, power = 1; exponent < 255; exponent += 1) {
  powers[exponent] = power;
  logarithms[power] = exponent;
  power = (power << 1) ^ (power >= 0x80 ? POLYNOMIAL : 0);
}

const power = (exponent: number): number => powers[exponent % 255] as number;
const logarithm = (a: number): number => logarithms[a] as number;

export const multiply = (a: number, b: number): number =>
  a === 0 || b === 0 ? 0 : power(logarithm(a) + logarithm(b));

/** `b` is not 0. */
export const divide = (a: number, b: number): number =>
  a === 0 ? 0 : power(logarithm(a) + 255 - logarithm(b));

/** All products, a row of 256 for each factor: 64 KiB, so that a byte costs one look-up. */
const products = Array.from({ length: 256 }, (_, a) =>
  Uint8Array.from({ length: 256 }, (_, b) => multiply(a, b)),
);

/** `target += factor · source`, byte by byte; what `source` is shorter counts as zeros. */
export const addScaled = (target: Uint8Array, factor: number, source: Uint8Array): void => {
  const row = products[factor] as Uint8Array;
  for (let i = 0; i < source.length; i += 1) {
    target[i] = (target[i] as number) ^ (row[source[i] as number] as number);
  }
};
