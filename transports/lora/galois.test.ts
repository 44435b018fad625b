import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addScaled, divide, multiply } from './galois.ts';

const element = fc.integer({ min: 0, max: 255 });
const factor = fc.integer({ min: 1, max: 255 });

/** By shifting and reducing, bit after bit, as one does it on paper. */
const slowProduct = (a: number, b: number): number => {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product <<= 1;
    if (product > 0xff) product ^= 0x11d;
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
};

test('every product is the one worked out bit by bit', () => {
  for (let a = 0; a < 256; a += 1) {
    for (let b = 0; b < 256; b += 1) {
      if (multiply(a, b) !== slowProduct(a, b)) expect([a, b]).toEqual('the same');
    }
  }
});

test('division undoes multiplication', () => {
  fc.assert(
    fc.property(element, factor, (a, b) => {
      expect(divide(multiply(a, b), b)).toBe(a);
    }),
  );
});

test('bytes are added scaled, as far as the source goes', () => {
  const target = Uint8Array.of(1, 2, 3);
  addScaled(target, 2, Uint8Array.of(0x80, 1));
  expect([...target]).toEqual([1 ^ 0x1d, 2 ^ 2, 3]);
});
