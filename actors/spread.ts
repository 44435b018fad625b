import type { Random } from '../drivers/random/interface.ts';
import { readUint } from '../protocol/bytes.ts';

/** A time drawn evenly between two: devices that were switched on together do not speak together. */
export const between = (random: Random, fromMs: number, toMs: number): number =>
  fromMs + ((toMs - fromMs) * readUint(random.bytes(2), 0, 2)) / 0xffff;

/** A time, 10 % more or less. */
export const spread = (random: Random, ms: number): number => between(random, 0.9 * ms, 1.1 * ms);
