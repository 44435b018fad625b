import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, test } from 'vitest';
import { pack, unpack, type Wire } from './msgpack.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

const scalar: fc.Arbitrary<Wire> = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }),
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 300 }),
);
const wire: fc.Arbitrary<Wire> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 40 }),
  fc.array(fc.oneof(scalar, fc.array(scalar))),
);

describe('what a body may hold', () => {
  test('comes back as it was packed', () => {
    fc.assert(
      fc.property(wire, (value) => {
        expect(unpack(pack(value))).toEqual(value);
      }),
    );
  });

  test('may be any integer of 32 bits, with or without a sign, also at the edges of each form', () => {
    const edges = [0, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32 - 1];
    const below = [-1, -32, -33, -128, -129, -32_768, -32_769, -(2 ** 31)];
    for (const value of [...edges, ...below]) {
      expect(unpack(pack(value))).toBe(value);
      expect(unpack(pack([value, value]))).toEqual([value, value]);
    }
  });

  test('may be 65,535 bytes or a thousand items long', () => {
    const long = [new Uint8Array(65_535), Array.from({ length: 1000 }, (_, n) => n)];
    expect(unpack(pack(long))).toEqual(long);
  });
});

describe('refused', () => {
  test.each([
    ['an extension of 1 byte', 'd40100'],
    ['an extension of 2 bytes', 'd5010000'],
    ['an extension of 4 bytes, as msgpackr would make a date of', 'd6ff00000000'],
    ['an extension of 8 bytes', `d701${'00'.repeat(8)}`],
    ['an extension of 16 bytes', `d801${'00'.repeat(16)}`],
    ['ext 8', 'c7010100'],
    ['ext 16', 'c800010100'],
    ['ext 32', 'c9000000010100'],
    ['a record or other use of 0xc1', 'c1'],
    ['an empty map', '80'],
    ['a map', '81a16101'],
    ['map 16', 'de0000'],
    ['map 32', 'df00000000'],
    ['a float of 4 bytes', 'ca3f800000'],
    ['a float of 8 bytes', 'cb3ff0000000000000'],
    ['an unsigned integer of 64 bits', `cf${'00'.repeat(7)}01`],
    ['an integer of 64 bits', `d3${'00'.repeat(7)}01`],
    ['bin 32', 'c60000000100'],
    ['str 32', 'db0000000161'],
    ['array 32', 'dd0000000101'],
  ])('%s, alone and inside an array', (_, bytes) => {
    expect(unpack(hex(bytes))).toBeNull();
    expect(unpack(hex(`91${bytes}`))).toBeNull();
    expect(unpack(hex(`dc0001${bytes}`))).toBeNull();
  });

  test.each([
    [new Date(0)],
    [/x/],
    [new Error('x')],
    [5n ** 20n],
    [new Set([1])],
    [new Map()],
    [{}],
    [1.5],
  ])('what msgpackr makes of %s', (value) => {
    expect(unpack(Uint8Array.from(new Packr({ moreTypes: true }).pack([value])))).toBeNull();
  });

  test('an array in an array in an array in an array', () => {
    expect(unpack(hex('91919105'))).toBeNull();
    expect(unpack(hex('919105'))).toEqual([[5]]);
    expect(unpack(hex(`${'91'.repeat(10_000)}05`))).toBeNull();
    expect(unpack(hex(`${'dc0001'.repeat(10_000)}05`))).toBeNull();
  });

  test('nothing at all', () => expect(unpack(new Uint8Array(0))).toBeNull());

  test('every value cut off anywhere, and every value with a byte behind it', () => {
    fc.assert(
      fc.property(wire, fc.nat(), fc.integer({ min: 0, max: 255 }), (value, at, byte) => {
        const bytes = pack(value);
        expect(unpack(bytes.slice(0, at % bytes.length))).toBeNull();
        expect(unpack(Uint8Array.of(...bytes, byte))).toBeNull();
      }),
    );
  });

  test('a length beyond the end', () => {
    for (const bytes of ['c4ff00', 'c5ffff00', 'd9ff00', 'daffff00', 'a561', '9f01', 'dcffff01'])
      expect(unpack(hex(bytes))).toBeNull();
  });
});

/** Any bytes, with tags and short lengths more often than chance has them. */
const hostile = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.integer({ min: 0x90, max: 0x93 }),
      fc.integer({ min: 0xc0, max: 0xdf }),
      fc.integer({ min: 0, max: 3 }),
    ),
    { maxLength: 24 },
  )
  .map((bytes) => Uint8Array.from(bytes));

test('any bytes are taken or refused and never throw; what is taken comes back from its own packing', () => {
  let taken = 0;
  fc.assert(
    fc.property(hostile, (bytes) => {
      const value = unpack(bytes);
      if (value === null) return;
      taken += 1;
      expect(unpack(pack(value))).toEqual(value);
    }),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(100);
});
