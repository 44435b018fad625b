import { randomBytes } from 'node:crypto';
import type { Random } from './interface.ts';

/** The operating system's random source. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };
