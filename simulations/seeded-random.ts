import { createCipheriv, createHash } from 'node:crypto';
import type { Random } from '../drivers/random/interface.ts';

/**
 * Reproducible random bytes: AES-256-CTR keyed with SHA-256(seed ‖ label). Every consumer takes
 * its own label, so that one drawing more does not change what another draws.
 */
export const seededRandom = (seed: number | string, label: string): Random => {
  const key = createHash('sha256').update(`${seed}\0${label}`).digest();
  const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  return { bytes: (length) => new Uint8Array(stream.update(new Uint8Array(length))) };
};

/** A consumer that begins anew, as a device does when it is switched on again, draws other bytes. */
export const nthLabel = (label: string, nth: number): string =>
  nth === 0 ? label : `${label} again ${nth}`;

/** A number in [0, 1) of 32 random bits. */
export const unitInterval = (random: Random): number => {
  const bytes = random.bytes(4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / 2 ** 32;
};
