import { createHash, createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { kdfa, kdfe } from './kdf.ts';

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

test('KDFa is HMAC over counter, label with its zero, context and length', () => {
  const key = ascii('key');
  const block = createHmac('sha256', key)
    .update('\0\0\0\x01STORAGE\0name\0\0\0\x80', 'latin1')
    .digest();
  const derived = kdfa({ key, label: 'STORAGE', context: ascii('name'), bits: 128 });
  expect(Buffer.from(derived)).toEqual(block.subarray(0, 16));
  expect(() => kdfa({ key, label: 'STORAGE', bits: 264 })).toThrow(RangeError);
});

test('KDFe is SHA-256 over counter, Z, label with its zero and both parties', () => {
  const parties = { partyU: ascii('u'), partyV: ascii('v') };
  const derived = kdfe({ z: ascii('z'), label: 'IDENTITY', ...parties });
  const expected = createHash('sha256').update('\0\0\0\x01zIDENTITY\0uv').digest();
  expect(Buffer.from(derived)).toEqual(expected);
});
