import { createCipheriv } from 'node:crypto';
import { concat, uintBytes } from '../../protocol/bytes.ts';

const BLOCK = 16;

const padded = (bytes: Uint8Array): Uint8Array =>
  concat(bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK));

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array =>
  a.map((byte, at) => byte ^ (b[at] as number));

/**
 * CCM written from RFC 3610 §2 on nothing but the block cipher, to check the envelope against:
 * nonces of 13 bytes, associated data of 1 to 65,279. Returns ciphertext ‖ tag.
 */
export const ccmSeal = (input: {
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
  readonly associated: Uint8Array;
  readonly plaintext: Uint8Array;
  readonly tagBytes: number;
}): Uint8Array => {
  const { key, nonce, associated, plaintext, tagBytes } = input;
  const cipher = createCipheriv(`aes-${key.length * 8}-ecb`, key, null).setAutoPadding(false);
  const encrypt = (block: Uint8Array): Uint8Array => Uint8Array.from(cipher.update(block));

  const flags = 64 + 8 * ((tagBytes - 2) / 2) + 1;
  const macInput = concat(
    Uint8Array.of(flags),
    nonce,
    uintBytes(plaintext.length, 2),
    padded(concat(uintBytes(associated.length, 2), associated)),
    padded(plaintext),
  );
  let mac: Uint8Array = new Uint8Array(BLOCK);
  for (let at = 0; at < macInput.length; at += BLOCK)
    mac = encrypt(xor(mac, macInput.subarray(at, at + BLOCK)));

  const keystream = (counter: number): Uint8Array =>
    encrypt(concat(Uint8Array.of(1), nonce, uintBytes(counter, 2)));
  const ciphertext = plaintext.map(
    (byte, at) => byte ^ (keystream(1 + Math.floor(at / BLOCK))[at % BLOCK] as number),
  );
  return concat(ciphertext, xor(mac, keystream(0)).slice(0, tagBytes));
};
