import { expect, test } from 'vitest';
import { broadcastParity } from './broadcast-parity.ts';

const LOSS = 0.3;

const choose = (n: number, k: number): number =>
  Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce(
    (product, part) => product * part,
    1,
  );

/** That at least `needed` of `sent` frames arrive. */
const arrives = (needed: number, sent: number): number =>
  Array.from({ length: sent - needed + 1 }, (_, lost) => lost).reduce(
    (sum, lost) => sum + choose(sent, lost) * LOSS ** lost * (1 - LOSS) ** (sent - lost),
    0,
  );

test('the fewest with which a broadcast of any length arrives in nine of ten cases', () => {
  for (let fragments = 1; fragments <= 16; fragments += 1) {
    const parity = broadcastParity(fragments);
    expect(arrives(fragments, fragments + parity)).toBeGreaterThanOrEqual(0.9);
    expect(arrives(fragments, fragments + parity - 1)).toBeLessThan(0.9);
  }
  expect([1, 8].map((fragments) => arrives(fragments, fragments).toFixed(2))).toEqual([
    '0.70',
    '0.06',
  ]);
});
