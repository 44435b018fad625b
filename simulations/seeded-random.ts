import { createCipheriv, createHash } from 'node:crypto';
import type { Random } from '../drivers/random/interface.ts';

/** Drawn of the cipher at a time, for a call of it costs more than what it gives. */
const POOL_BYTES = 256;

/**
 * Reproducible random bytes: AES-256-CTR keyed with SHA-256(seed ‖ label). Every consumer takes
 * its own label, so that one drawing more does not change what another draws.
 */
export const seededRandom = (seed: number | string, label: string): Random => {
  const key = createHash('sha256').update(`${seed}\0${label}`).digest();
  const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  let pool = new Uint8Array(0);
  let drawn = 0;
  return {
    bytes: (length) => {
      if (drawn + length > pool.length) {
        const left = pool.subarray(drawn);
        const fresh = stream.update(new Uint8Array(Math.max(length, POOL_BYTES)));
        pool = new Uint8Array(left.length + fresh.length);
        pool.set(left);
        pool.set(fresh, left.length);
        drawn = 0;
      }
      drawn += length;
      return pool.slice(drawn - length, drawn);
    },
  };
};

/** A consumer that begins anew, as a device does when it is switched on again, draws other bytes. */
export const nthLabel = (label: string, nth: number): string =>
  nth === 0 ? label : `${label} again ${nth}`;

/** A number in [0, 1) of 32 random bits. */
export const unitInterval = (random: Random): number => {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
};
