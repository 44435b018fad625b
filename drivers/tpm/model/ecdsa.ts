import { drawEccKey } from '../../../protocol/tpm/ecc-key.ts';
import type { Random } from '../../random/interface.ts';

/** The order of P-256's base point (FIPS 186-4, D.1.2.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SCALAR_BYTES = 32;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

const toBytes = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex'));

const modulo = (value: bigint): bigint => ((value % ORDER) + ORDER) % ORDER;

/** The inverse modulo ORDER, by the extended Euclidean algorithm. */
const inverse = (value: bigint): bigint => {
  let [low, high] = [modulo(value), ORDER];
  let [lowFactor, highFactor] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [lowFactor, highFactor] = [highFactor - quotient * lowFactor, lowFactor];
  }
  return modulo(lowFactor);
};

/**
 * ECDSA P-256 over a SHA-256 digest, r ‖ s (FIPS 186-4, 6.4). node:crypto takes no nonce, and a
 * seeded run has to sign the same bytes again, so it is done here; in no constant time, which is
 * why it serves the model only.
 */
export const signDigest = (scalar: Uint8Array, digest: Uint8Array, random: Random): Uint8Array => {
  const nonce = drawEccKey(random);
  const r = modulo(toNumber(nonce.point.x));
  const s = modulo(inverse(toNumber(nonce.scalar)) * (toNumber(digest) + r * toNumber(scalar)));
  const signature = new Uint8Array(2 * SCALAR_BYTES);
  signature.set(toBytes(r));
  signature.set(toBytes(s), SCALAR_BYTES);
  return signature;
};
