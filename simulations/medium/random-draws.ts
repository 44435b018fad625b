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

/** Numbers in [0, 1) of 32 bits that depend on a seed and on what they are for, told in numbers. */
export const numberedDraws = (random: Random): ((...of: readonly number[]) => number) => {
  const bytes = random.bytes(4);
  const seed = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return (...of) => of.reduce((mixed, number) => scattered(mixed + number), seed) / 2 ** 32;
};

/** The last step of MurmurHash3 (Appleby, 2011): each bit of what goes in moves half of what comes out. */
const scattered = (value: number): number => {
  let mixed = (value + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};
