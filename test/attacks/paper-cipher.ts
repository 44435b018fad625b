import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat } from '../../protocol/bytes.ts';

/** E(K, M) of the paper: AES-256, which of these it does not say. */
export type Mode = 'cfb' | 'ctr' | 'ofb' | 'cbc';

/** `tpm2_encryptdecrypt` takes zeros where nobody gives it another. */
const FIXED_IV: Uint8Array = new Uint8Array(16);

export const encrypt = (
  mode: Mode,
  key: Uint8Array,
  message: Uint8Array,
  iv = FIXED_IV,
): Uint8Array => {
  const cipher = createCipheriv(`aes-256-${mode}`, key, iv);
  return concat(cipher.update(message), cipher.final());
};

/** Null where a padding shows that this was no message; only CBC has one. */
export const decrypt = (
  mode: Mode,
  key: Uint8Array,
  message: Uint8Array,
  iv = FIXED_IV,
): Uint8Array | null => {
  const decipher = createDecipheriv(`aes-256-${mode}`, key, iv);
  try {
    return concat(decipher.update(message), decipher.final());
  } catch {
    return null;
  }
};

/** A copy with these bits of one byte flipped; a negative place counts from the end. */
export const flipped = (bytes: Uint8Array, at: number, mask: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  const place = at < 0 ? copy.length + at : at;
  copy[place] = (copy[place] as number) ^ mask;
  return copy;
};
