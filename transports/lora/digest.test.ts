import fc from 'fast-check';
import { expect, test } from 'vitest';
import { digest } from './digest.ts';

test('the check value of the CRC catalogue', () => {
  expect(digest(new TextEncoder().encode('123456789'))).toBe(0x29b1);
  expect(digest(new Uint8Array(0))).toBe(0xffff);
});

test('any one byte that differs shows', () => {
  const message = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, place, difference) => {
      const other = bytes.slice();
      const index = place % bytes.length;
      other[index] = (other[index] as number) ^ difference;
      expect(digest(other)).not.toBe(digest(bytes));
    }),
  );
});
