import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  completeBitmap,
  fragmentsOf,
  MAX_MESSAGE_BYTES,
  missingFrom,
  requireFits,
} from './fragments.ts';

test('fragments join to the message, fit a frame, are as few as can be, and equal', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: MAX_MESSAGE_BYTES }), (length) => {
      const message = Uint8Array.from({ length }, (_, i) => i % 251);
      const fragments = fragmentsOf(message);
      expect(Buffer.concat(fragments).equals(message)).toBe(true);
      const isSingle = message.length <= 247;
      expect(fragments).toHaveLength(isSingle ? 1 : Math.ceil(message.length / 246));
      const sizes = fragments.map(({ length }) => length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(isSingle ? 247 : 246);
      expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(fragments.length);
    }),
  );
});

test('247 B fit one frame, and 600 B go in three equal ones', () => {
  expect(fragmentsOf(new Uint8Array(247)).map(({ length }) => length)).toEqual([247]);
  expect(fragmentsOf(new Uint8Array(600)).map(({ length }) => length)).toEqual([200, 200, 200]);
  expect(fragmentsOf(new Uint8Array(493)).map(({ length }) => length)).toEqual([165, 165, 163]);
  expect(fragmentsOf(new Uint8Array(0)).map(({ length }) => length)).toEqual([0]);
});

test('sixteen full fragments are the limit', () => {
  expect(() => requireFits(new Uint8Array(16 * 246))).not.toThrow();
  expect(() => requireFits(new Uint8Array(16 * 246 + 1))).toThrow(
    expect.objectContaining({ code: 'LINK_MESSAGE_TOO_LONG' }),
  );
});

test('the bitmap names what is missing', () => {
  expect(missingFrom(0b1011, 4)).toEqual([2, 4]);
  expect(missingFrom(completeBitmap(15), 15)).toEqual([]);
  expect(missingFrom(0, 15)).toHaveLength(16);
});
