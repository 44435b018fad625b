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
    fc.property(fc.uint8Array({ maxLength: MAX_MESSAGE_BYTES }), (message) => {
      const fragments = fragmentsOf(message);
      expect(Uint8Array.from(fragments.flatMap((part) => [...part]))).toEqual(message);
      expect(fragments).toHaveLength(Math.max(1, Math.ceil(message.length / 247)));
      const sizes = fragments.map(({ length }) => length);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(247);
      expect(new Set(sizes.slice(0, -1)).size).toBeLessThanOrEqual(1);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThan(fragments.length);
    }),
  );
});

test('247 B fit one frame, and 600 B go in three equal ones', () => {
  expect(fragmentsOf(new Uint8Array(247)).map(({ length }) => length)).toEqual([247]);
  expect(fragmentsOf(new Uint8Array(600)).map(({ length }) => length)).toEqual([200, 200, 200]);
  expect(fragmentsOf(new Uint8Array(0)).map(({ length }) => length)).toEqual([0]);
});

test('sixteen full fragments are the limit', () => {
  expect(() => requireFits(new Uint8Array(16 * 247))).not.toThrow();
  expect(() => requireFits(new Uint8Array(16 * 247 + 1))).toThrow(
    expect.objectContaining({ code: 'LINK_MESSAGE_TOO_LONG' }),
  );
});

test('the bitmap names what is missing', () => {
  expect(missingFrom(0b1011, 4)).toEqual([2, 4]);
  expect(missingFrom(completeBitmap(15), 15)).toEqual([]);
  expect(missingFrom(0, 15)).toHaveLength(16);
});
