import { TiesError } from '../errors.ts';
import type { Duplicate } from './duplication.ts';
import { compactSeed, expandSeed } from './encrypted-secret.ts';
import { concat, Unmarshaller } from './marshal.ts';
import { type Suite, uniqueBytes } from './storage-key.ts';

/** A session key on its way to a storage key: `unique` of its public area, and its duplicate. */
export interface Wrap extends Duplicate {
  readonly unique: Uint8Array;
}

const UNIQUE_BYTES = 32;

/**
 * A wrap as it travels, `unique` 32 ‖ duplicate 140 ‖ seed 33 or 256; the receiver rebuilds the
 * rest of the public area. `suite` is that of the new parent. Null where the seed has a short
 * coordinate: duplicate again.
 */
export const encodeWrap = (suite: Suite, wrap: Wrap): Uint8Array | null => {
  const seed = compactSeed(suite, wrap.encryptedSecret);
  return seed && concat(wrap.unique, wrap.duplicate, seed);
};

/** Reads a wrap made for a storage key of `suite`; `TPM_BAD_WRAP` where it cannot be one. */
export const decodeWrap = (suite: Suite, bytes: Uint8Array): Wrap => {
  const duplicateBytes = bytes.length - UNIQUE_BYTES - uniqueBytes(suite);
  if (duplicateBytes <= 0) {
    throw new TiesError('TPM_BAD_WRAP', 'Too short for a wrapped session key of this suite.');
  }
  const from = new Unmarshaller(bytes);
  try {
    return {
      unique: from.bytes(UNIQUE_BYTES),
      duplicate: from.bytes(duplicateBytes),
      encryptedSecret: expandSeed(suite, from.bytes(uniqueBytes(suite))),
    };
  } catch (cause) {
    throw new TiesError('TPM_BAD_WRAP', 'The seed is no point of P-256.', { cause });
  }
};
