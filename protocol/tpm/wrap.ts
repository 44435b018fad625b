import { TiesError } from '../errors.ts';
import type { Duplicate } from './duplication.ts';
import { compactSeed, expandSeed } from './encrypted-secret.ts';
import { concat } from './marshal.ts';
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
  const seedAt = bytes.length - uniqueBytes(suite);
  if (seedAt <= UNIQUE_BYTES) {
    throw new TiesError('TPM_BAD_WRAP', 'Too short for a wrapped session key of this suite.');
  }
  try {
    return {
      unique: bytes.slice(0, UNIQUE_BYTES),
      duplicate: bytes.slice(UNIQUE_BYTES, seedAt),
      encryptedSecret: expandSeed(suite, bytes.slice(seedAt)),
    };
  } catch (cause) {
    throw new TiesError('TPM_BAD_WRAP', 'The seed is no point of P-256.', { cause });
  }
};
