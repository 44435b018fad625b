import fc from 'fast-check';
import { pack } from 'msgpackr';
import { expect, test } from 'vitest';
import { Secret } from '../../protocol/secret.ts';
import { decodeValue, encodeValue } from './codec.ts';

const { value: storable } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0 || 0),
    fc.string({ unit: 'binary' }),
    fc.uint8Array(),
    fc.array(tie('value')),
    fc
      .dictionary(fc.string({ unit: 'binary' }), tie('value'))
      .map((object) => ({ ...object }))
      .filter((object) => !Object.hasOwn(object, '__proto__')),
  ),
}));

const roundTrip = (value: unknown, key = 'roster'): unknown =>
  decodeValue(key, encodeValue(key, value));

test('what can be stored comes back the same', () => {
  fc.assert(
    fc.property(storable, (value) => {
      expect(roundTrip(value)).toStrictEqual(value);
    }),
    { numRuns: 300 },
  );
});

test('bytes come back as bytes of their own', () => {
  const bytes = encodeValue('peer/3', { name: Buffer.from([1, 2, 3]) });
  const { name } = decodeValue('peer/3', bytes) as { name: Uint8Array };
  expect(name.constructor).toBe(Uint8Array);
  expect(name.buffer.byteLength).toBe(3);
  name.fill(9);
  bytes.fill(0xc0, 1);
  expect([...name]).toEqual([9, 9, 9]);
});

test('the first key of a label is written, and comes back as a secret', () => {
  const bytes = Uint8Array.of(4, 5, 6);
  const label = { firstKey: new Secret(bytes), sealed: null };
  const back = roundTrip(label, 'label/0011') as typeof label;
  expect(back.firstKey).toBeInstanceOf(Secret);
  expect(back.firstKey.reveal()).toEqual(bytes);
  expect(back.sealed).toBeNull();
  label.firstKey.wipe();
  expect([...back.firstKey.reveal()]).toEqual([4, 5, 6]);
});

test.each([
  ['peer/3', { key: new Secret(Uint8Array.of(1)) }, 'peer/3.key'],
  ['peer/3', { firstKey: new Secret(Uint8Array.of(1)) }, 'peer/3.firstKey'],
  ['label/00', { offers: [{ masterKey: new Secret(Uint8Array.of(1)) }] }, '.offers.0.masterKey'],
  ['label/00', { inner: { firstKey: new Secret(Uint8Array.of(1)) } }, '.inner.firstKey'],
])('another secret is refused by name: %s', (key, value, name) => {
  expect(() => encodeValue(key, value)).toThrow(
    expect.objectContaining({ code: 'STORE_SECRET', message: expect.stringContaining(name) }),
  );
});

const looped: unknown[] = [];
looped.push(looped);

test.each([
  ['a function', { a: () => 1 }],
  ['a class instance', { a: new Date(0) }],
  ['a map', { a: new Map() }],
  ['another array of numbers', { a: new Float64Array(2) }],
  ['an object without prototype', { a: Object.create(null) }],
  ['undefined inside', { a: undefined }],
  ['a hole', { a: new Array(2) }],
  ['a bigint', { a: 1n }],
  ['a symbol', { a: Symbol('s') }],
  ['not a number', { a: Number.NaN }],
  ['no finite number', { a: Number.POSITIVE_INFINITY }],
  ['half a character', { a: '\ud800' }],
  ['a property named by a symbol', { a: { [Symbol('s')]: 1 } }],
  ['a prototype as property', { a: JSON.parse('{"__proto__": 1}') }],
  ['what contains itself', { a: looped }],
])('%s cannot be stored, and is named', (_, value) => {
  expect(() => encodeValue('roster', value)).toThrow(
    expect.objectContaining({
      code: 'STORE_REFUSED',
      message: expect.stringMatching(/^roster\.a/),
    }),
  );
});

test('a first key that is no secret is refused', () => {
  expect(() => encodeValue('label/00', { firstKey: Uint8Array.of(1) })).toThrow(/must be a Secret/);
});

test('a secret stays closed to every other msgpack', () => {
  const bytes = Uint8Array.of(0xde, 0xad, 0xbe, 0xef);
  expect(pack({ key: new Secret(bytes) }).includes(Buffer.from(bytes))).toBe(false);
});
