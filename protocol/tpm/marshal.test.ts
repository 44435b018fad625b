import fc from 'fast-check';
import { expect, test } from 'vitest';
import { concat, sized, Unmarshaller, uint16, uint32 } from './marshal.ts';

const malformed = expect.objectContaining({ code: 'TPM_MALFORMED' });

test('what was marshalled reads back in its order, and then ends', () => {
  const u16 = fc.integer({ min: 0, max: 0xffff });
  const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(u16, u32, fc.uint8Array({ maxLength: 300 }), (short, long, contents) => {
      const from = new Unmarshaller(concat(uint16(short), sized(contents), uint32(long)));
      expect(from.uint16()).toBe(short);
      expect(from.sized()).toEqual(contents);
      expect(from.uint32()).toBe(long);
      expect(() => from.end()).not.toThrow();
    }),
  );
});

test('integers are big-endian, and a length stands before its contents', () => {
  expect(uint16(0x0102)).toEqual(Uint8Array.of(1, 2));
  expect(uint32(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(sized(Uint8Array.of(7, 8))).toEqual(Uint8Array.of(0, 2, 7, 8));
});

test('what ends early or goes on is malformed', () => {
  const bytes = Uint8Array.of(0, 3, 1, 2);
  expect(() => new Unmarshaller(bytes).sized()).toThrow(malformed);
  expect(() => new Unmarshaller(bytes).bytes(5)).toThrow(malformed);
  expect(() => new Unmarshaller(bytes.subarray(1)).uint32()).toThrow(malformed);
  expect(() => new Unmarshaller(bytes).end()).toThrow(malformed);
});

test('what was read is a copy', () => {
  const bytes = Uint8Array.of(0, 1, 9);
  const read = new Unmarshaller(bytes).sized();
  bytes.fill(0);
  expect(read).toEqual(Uint8Array.of(9));
});
