import { createHash } from 'node:crypto';
import type { Random } from '../../drivers/random/interface.ts';

/** Drawn at a time, for a block costs hardly more than a number. */
const BLOCK_NUMBERS = 1024;

/** Numbers in [0, 1) of 32 random bits each. */
export const uniformDraws = (random: Random): (() => number) => {
  let block: DataView = new DataView(new ArrayBuffer(0));
  let next = 0;
  return () => {
    if (next === block.byteLength) {
      const bytes = random.bytes(4 * BLOCK_NUMBERS);
      block = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      next = 0;
    }
    const drawn = block.getUint32(next) / 2 ** 32;
    next += 4;
    return drawn;
  };
};

/** Numbers in [0, 1) that depend on a name and a seed alone, never on who asked before. */
export const namedDraws = (
  random: Random,
): ((name: string) => readonly [number, number, number]) => {
  const seed = random.bytes(32);
  return (name) => {
    const digest = createHash('sha256').update(seed).update(name).digest();
    const number = (at: number) => digest.readUInt32BE(at) / 2 ** 32;
    return [number(0), number(4), number(8)];
  };
};
