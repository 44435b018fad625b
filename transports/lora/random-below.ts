import type { Random } from '../../drivers/random/interface.ts';

/** An integer in [0, bound), for back-off and first sequence numbers: bound at most 2¹⁶. */
export const randomBelow = (random: Random, bound: number): number => {
  const [a = 0, b = 0] = random.bytes(2);
  return (((a << 8) | b) * bound) >>> 16;
};
