import { createECDH } from 'node:crypto';
import { TiesError } from '../errors.ts';
import { type EccPoint, flatPoint, hasShortCoordinate, uncompressed } from './ecc-point.ts';
import type { RandomSource } from './random-source.ts';

const CURVE = 'prime256v1';
const SCALAR_BYTES = 32;
const MAX_DRAWS = 64;

/** A P-256 key pair. */
export interface EccKey {
  readonly scalar: Uint8Array;
  readonly point: EccPoint;
}

/** The first candidate that is not null. */
const redraw = <T>(candidate: () => T | null): T => {
  for (let draw = 0; draw < MAX_DRAWS; draw += 1) {
    const drawn = candidate();
    if (drawn) return drawn;
  }
  throw new TiesError('TPM_RANDOM', 'The random source yields no key; it repeats itself.');
};

/** A key from this source: a scalar out of range, or a short coordinate, is drawn again. */
export const drawEccKey = (random: RandomSource): EccKey =>
  redraw(() => {
    const ecdh = createECDH(CURVE);
    const scalar = random.bytes(SCALAR_BYTES);
    try {
      ecdh.setPrivateKey(scalar);
    } catch {
      return null;
    }
    const point = flatPoint(ecdh.getPublicKey());
    return hasShortCoordinate(point) ? null : { scalar, point };
  });

/** The x coordinate of the shared point, 32 B. */
export const agree = (scalar: Uint8Array, point: EccPoint): Uint8Array => {
  const ecdh = createECDH(CURVE);
  ecdh.setPrivateKey(scalar);
  return new Uint8Array(ecdh.computeSecret(uncompressed(point)));
};

/**
 * A fresh key and what it shares with `point`. Some TPMs drop the leading zeros of Z before they
 * hash it (TPM 2.0 Part 1, C.8), so a key that leads to such a Z is drawn again.
 */
export const drawEphemeral = (
  random: RandomSource,
  point: EccPoint,
): { ephemeral: EccPoint; z: Uint8Array } =>
  redraw(() => {
    const key = drawEccKey(random);
    const z = agree(key.scalar, point);
    return z[0] === 0 ? null : { ephemeral: key.point, z };
  });
