import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { TiesError } from '../errors.ts';
import { hmacSha256, kdfa } from './kdf.ts';
import { concat, sized, Unmarshaller } from './marshal.ts';

const ZERO_IV = new Uint8Array(16);

const symmetricKey = (seed: Uint8Array, name: Uint8Array): Uint8Array =>
  kdfa({ key: seed, label: 'STORAGE', context: name, bits: 128 });

const integrity = (seed: Uint8Array, name: Uint8Array, encrypted: Uint8Array): Uint8Array =>
  hmacSha256(kdfa({ key: seed, label: 'INTEGRITY', bits: 256 }), encrypted, name);

/** The seed that protects a structure and the Name it is bound to. */
export interface Protection {
  readonly seed: Uint8Array;
  readonly name: Uint8Array;
}

/**
 * Encrypt-then-MAC of a structure under keys that follow from a seed, bound to a Name: what
 * TPM 2.0 Part 1 calls the outer wrapper of a duplicate ("Protected Storage") and what protects
 * a credential (24.4). The IV is zero: a seed serves one structure.
 */
export const outerWrap = ({ seed, name }: Protection, structure: Uint8Array): Uint8Array => {
  const cipher = createCipheriv('aes-128-cfb', symmetricKey(seed, name), ZERO_IV);
  const encrypted = cipher.update(sized(structure));
  return concat(sized(integrity(seed, name, encrypted)), encrypted);
};

/** Undoes `outerWrap`; `TPM_INTEGRITY` where a bit, the seed or the Name is another. */
export const outerUnwrap = ({ seed, name }: Protection, wrapped: Uint8Array): Uint8Array => {
  const from = new Unmarshaller(wrapped);
  const claimed = from.sized();
  const encrypted = wrapped.subarray(2 + claimed.length);
  const expected = integrity(seed, name, encrypted);
  if (claimed.length !== expected.length || !timingSafeEqual(claimed, expected)) {
    throw new TiesError('TPM_INTEGRITY', 'Not wrapped for this key and Name, or damaged.');
  }
  const decipher = createDecipheriv('aes-128-cfb', symmetricKey(seed, name), ZERO_IV);
  const opened = new Unmarshaller(decipher.update(encrypted));
  const structure = opened.sized();
  opened.end();
  return structure;
};
