import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ACK_REQUEST_BYTES,
  ackBytes,
  bytesOnAir,
  decodeFrame,
  encodeFrame,
  type Frame,
} from './frame.ts';

const byte = fc.integer({ min: 0, max: 0xff });
const address = fc.integer({ min: 0, max: 0xfffe });
const nibble = fc.integer({ min: 0, max: 15 });

const uint16 = fc.integer({ min: 0, max: 0xffff });
const route = { net: byte, dst: address, src: address, seq: byte };
const fragment = {
  ...route,
  ackWanted: fc.boolean(),
  index: nibble,
  last: nibble,
  payload: fc.uint8Array({ maxLength: 244 }),
};
const piggyback = { piggyback: fc.record({ seq: byte, bitmap: uint16 }) };

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc
    .record({ type: fc.constant('data' as const), ...fragment, dst: uint16 })
    .filter(({ index, last }) => index <= last),
  fc
    .record({ type: fc.constant('data' as const), ...fragment, ...piggyback })
    .filter(({ index, last }) => index <= last),
  fc.record({ type: fc.constant('parity' as const), ...fragment, dst: uint16 }),
  fc.record({ type: fc.constant('parity' as const), ...fragment, ...piggyback }),
  fc
    .record({
      type: fc.constant('ack' as const),
      snrMargin: fc.integer({ min: 0, max: 7 }),
      net: byte,
      dst: uint16,
      seq: byte,
      bitmapBytes: fc.constantFrom(1 as const, 2 as const),
      bitmap: uint16,
    })
    .map((ack) => ({ ...ack, bitmap: ack.bitmap % 2 ** (8 * ack.bitmapBytes) })),
  fc.record({
    type: fc.constant('ackRequest' as const),
    ...route,
    last: nibble,
    digest: uint16,
  }),
  fc.record({
    type: fc.constant('announce' as const),
    ...route,
    step: fc.integer({ min: 1, max: 7 }),
    frames: fc.integer({ min: 1, max: 16 }),
    last: nibble,
    frameBytes: byte,
  }),
);

test('every frame survives its bytes', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const bytes = encodeFrame(frame);
      expect(decodeFrame(bytes)).toEqual(frame);
      expect(bytesOnAir(frame)).toBe(bytes.length);
    }),
  );
});

test('any bytes are a frame or null, and a frame has only these bytes', () => {
  const near = fc.tuple(
    fc.integer({ min: 0x40, max: 0x5f }),
    fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.uint8Array({ maxLength: 260 })),
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    near.map(([lead, rest]) => Uint8Array.from([lead, ...rest])),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      const frame = decodeFrame(input);
      if (frame !== null) expect(encodeFrame(frame)).toEqual(input);
    }),
    { numRuns: 2000 },
  );
});

test('the layout is the one on the air', () => {
  const route = { net: 0xa5, dst: 0x0102, src: 0x0304, seq: 0x17 };
  const fragment = { ...route, ackWanted: true, index: 2, last: 3, payload: Uint8Array.of(0xee) };
  const piggyback = { seq: 0x71, bitmap: 0x0506 };
  expect([...encodeFrame({ type: 'data', ...fragment })]).toEqual([
    0x41, 0xa5, 1, 2, 3, 4, 0x17, 0x23, 0xee,
  ]);
  expect([...encodeFrame({ type: 'data', ...fragment, piggyback })]).toEqual([
    0x45, 0xa5, 1, 2, 3, 4, 0x17, 0x23, 0x71, 5, 6, 0xee,
  ]);
  expect([...encodeFrame({ type: 'parity', ...fragment, ackWanted: false, index: 15 })]).toEqual([
    0x42, 0xa5, 1, 2, 3, 4, 0x17, 0xf3, 0xee,
  ]);
  expect([...encodeFrame({ type: 'ackRequest', ...route, last: 3, digest: 0x0708 })]).toEqual([
    0x50, 0xa5, 1, 2, 3, 4, 0x17, 3, 7, 8,
  ]);
  const announced = { step: 3, frames: 2, last: 3, frameBytes: 99 };
  expect([...encodeFrame({ type: 'announce', ...route, ...announced })]).toEqual([
    0x5b, 0xa5, 1, 2, 3, 4, 0x17, 0x13, 99,
  ]);
  const ack = { type: 'ack', snrMargin: 5, net: 0xa5, dst: 0x0304, seq: 0x17 } as const;
  expect([...encodeFrame({ ...ack, bitmapBytes: 1, bitmap: 0x0f })]).toEqual([
    0x4d, 0xa5, 3, 4, 0x17, 0x0f,
  ]);
  expect([...encodeFrame({ ...ack, bitmapBytes: 2, bitmap: 0x0fff })]).toEqual([
    0x4d, 0xa5, 3, 4, 0x17, 0x0f, 0xff,
  ]);
  expect([ackBytes(7), ackBytes(8), ACK_REQUEST_BYTES]).toEqual([6, 7, 10]);
});

test.each([
  ['another version', [0x80, 0, 0, 2, 0, 1, 0, 0]],
  ['an unknown type', [0x60, 0, 0, 2, 0, 1, 0, 0]],
  ['a question with flags', [0x51, 0, 0, 2, 0, 1, 0, 0, 0, 0]],
  ['a fragment after the last', [0x40, 0, 0, 2, 0, 1, 0, 0x21]],
  ['a message from everybody', [0x40, 0, 0, 2, 0xff, 0xff, 0, 0]],
  ['a parity fragment from everybody', [0x42, 0, 0, 2, 0xff, 0xff, 0, 0]],
  ['a question to everybody', [0x50, 0, 0xff, 0xff, 0, 1, 0, 0, 0, 0]],
  ['a question after a seventeenth fragment', [0x50, 0, 0, 2, 0, 1, 0, 16, 0, 0]],
  ['a question without a digest', [0x50, 0, 0, 2, 0, 1, 0, 0]],
  ['an acknowledgement for everybody in passing', [0x44, 0, 0xff, 0xff, 0, 1, 0, 0, 0, 0, 0]],
  ['a cut acknowledgement in passing', [0x44, 0, 0, 2, 0, 1, 0, 0, 0, 0]],
  ['an announcement of the base rate', [0x58, 0, 0, 2, 0, 1, 0, 0, 9]],
  ['an announcement to everybody', [0x59, 0, 0xff, 0xff, 0, 1, 0, 0, 9]],
  ['an announcement with a byte more', [0x59, 0, 0, 2, 0, 1, 0, 0, 9, 0]],
  ['a cut header', [0x40, 0, 0, 2, 0, 1, 0]],
  ['an ack with a third bitmap byte', [0x48, 0, 0, 1, 0, 1, 1, 1]],
  ['nothing', []],
])('%s is no frame', (_, bytes) => {
  expect(decodeFrame(Uint8Array.from(bytes))).toBeNull();
});
