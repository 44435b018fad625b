import { drawEccKey } from '../../../protocol/tpm/ecc-key.ts';
import type { Random } from '../../random/interface.ts';
import { inverse, modulo } from './modular.ts';

/** The order of P-256's base point (FIPS 186-4, D.1.2.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SCALAR_BYTES = 32;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

const toBytes = (value: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(value.toString(16).padStart(2 * SCALAR_BYTES, '0'), 'hex'));

/**
 * ECDSA P-256 over a SHA-256 digest, r ‖ s (FIPS 186-4, 6.4). node:crypto takes no nonce, and a
 * seeded run has to sign the same bytes again, so it is done here; in no constant time, which is
 * why it serves the model only.
 */
export const signDigest = (scalar: Uint8Array, digest: Uint8Array, random: Random): Uint8Array => {
  const nonce = drawEccKey(random);
  const r = modulo(toNumber(nonce.point.x), ORDER);
  const signed = toNumber(digest) + r * toNumber(scalar);
  const s = modulo(inverse(toNumber(nonce.scalar), ORDER) * signed, ORDER);
  const signature = new Uint8Array(2 * SCALAR_BYTES);
  signature.set(toBytes(r));
  signature.set(toBytes(s), SCALAR_BYTES);
  return signature;
};
