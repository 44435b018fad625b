import { compressed, decodePoint, marshalPoint, unmarshalPoint } from './ecc-point.ts';
import { isEcc, RSA_BYTES, type Suite } from './storage-key.ts';

/**
 * The form of a TPM2B_ENCRYPTED_SECRET's contents on the air, 33 or 256 B; null where a
 * coordinate is short: it is never padded, whoever made it makes another.
 */
export const compactSeed = (suite: Suite, encryptedSecret: Uint8Array): Uint8Array | null => {
  if (!isEcc(suite)) return encryptedSecret.length === RSA_BYTES ? encryptedSecret : null;
  const point = unmarshalPoint(encryptedSecret);
  return point && compressed(point);
};

/**
 * Contents of TPM2B_ENCRYPTED_SECRET (a TPMS_ECC_POINT, 68 B, or an RSA ciphertext) from the
 * form on the air; `TPM_BAD_KEY` for a point off the curve.
 */
export const expandSeed = (suite: Suite, seed: Uint8Array): Uint8Array =>
  isEcc(suite) ? marshalPoint(decodePoint(seed)) : seed;
