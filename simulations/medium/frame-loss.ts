import type { Random } from '../../drivers/random/interface.ts';

/** Drawn at a time, for a block costs hardly more than a number. */
const BLOCK_NUMBERS = 1024;

/** Independent losses of equal probability: each call says whether the next frame is lost. */
export const frameLoss = (random: Random, probability: number): (() => boolean) => {
  if (probability === 0) return () => false;
  const limit = probability * 2 ** 32;
  let block: DataView = new DataView(new ArrayBuffer(0));
  let next = 0;
  return () => {
    if (next === block.byteLength) {
      const bytes = random.bytes(4 * BLOCK_NUMBERS);
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      next = 0;
    }
    const drawn = block.getUint32(next);
    next += 4;
    return drawn < limit;
  };
};
