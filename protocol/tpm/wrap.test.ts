import { describe, expect, test } from 'vitest';
import vectors from './vectors.json' with { type: 'json' };
import { decodeWrap, encodeWrap, type Wrap } from './wrap.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const badWrap = expect.objectContaining({ code: 'TPM_BAD_WRAP' });

const toP256: Wrap = {
  unique: hex(vectors.duplicate.public).slice(-32),
  duplicate: hex(vectors.duplicate.duplicate),
  encryptedSecret: hex(vectors.duplicate.encryptedSecret),
};
const toRsa: Wrap = { ...toP256, encryptedSecret: new Uint8Array(256).fill(9) };

describe('a wrap on the air', () => {
  test.each([
    [1, toP256, 205],
    [3, toP256, 205],
    [2, toRsa, 428],
    [4, toRsa, 428],
  ] as const)('to suite %i reads back', (suite, wrap, length) => {
    const bytes = encodeWrap(suite, wrap) as Uint8Array;
    expect(bytes.length).toBe(length);
    expect(decodeWrap(suite, bytes)).toEqual(wrap);
  });

  test('is never made from a short coordinate, padded or not', () => {
    const whole = toP256.encryptedSecret;
    const padded = whole.with(2, 0);
    const cut = Uint8Array.of(0, 31, ...whole.subarray(3));
    for (const encryptedSecret of [padded, cut]) {
      expect(encodeWrap(1, { ...toP256, encryptedSecret })).toBeNull();
    }
  });

  test('is never made from an RSA ciphertext of another length', () => {
    const encryptedSecret = toRsa.encryptedSecret.subarray(1);
    expect(encodeWrap(2, { ...toRsa, encryptedSecret })).toBeNull();
  });

  test('is refused where it is too short, or its seed is off the curve', () => {
    const bytes = encodeWrap(1, toP256) as Uint8Array;
    expect(() => decodeWrap(1, bytes.subarray(0, 65))).toThrow(badWrap);
    expect(() => decodeWrap(2, bytes)).toThrow(badWrap);
    const withoutDuplicate = Uint8Array.of(...bytes.subarray(0, 32), ...bytes.subarray(-33));
    expect(() => decodeWrap(1, withoutDuplicate)).toThrow(badWrap);
    expect(() => decodeWrap(1, bytes.with(172, 4))).toThrow(
      expect.objectContaining({
        code: 'TPM_BAD_WRAP',
        cause: expect.objectContaining({ code: 'TPM_BAD_KEY' }),
      }),
    );
  });
});
