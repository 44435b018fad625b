import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, equalBytes, fromHex, readUint, sha256, toHex, uintBytes, utf8 } from './bytes.ts';

test('an unsigned integer comes back from its bytes, wherever they stand', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(1, 2, 4),
      fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      fc.nat(5),
      (width, any, at) => {
        const value = any % 2 ** (8 * width);
        const bytes = concat(new Uint8Array(at).fill(0xff), uintBytes(value, width as 1 | 2 | 4));
        expect(readUint(bytes, at, width as 1 | 2 | 4)).toBe(value);
      },
    ),
  );
});

test('the most significant byte comes first', () => {
  expect(toHex(uintBytes(0xfedcba98, 4))).toBe('fedcba98');
  expect(toHex(uintBytes(0x0102, 2))).toBe('0102');
});

test('bytes come back from their digits, two each', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toHex(bytes)).toMatch(/^([0-9a-f]{2})*$/);
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
});

test('bytes are equal in every place or not at all', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  expect(equalBytes(bytes, Uint8Array.of(1, 2, 3))).toBe(true);
  for (const other of [[1, 2], [1, 2, 3, 0], [0, 2, 3], [1, 0, 3], [1, 2, 0], []])
    expect(equalBytes(bytes, Uint8Array.from(other))).toBe(false);
});

test('a hash over parts is that over the whole', () => {
  expect(toHex(sha256(utf8('a'), utf8(''), utf8('bc')))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
