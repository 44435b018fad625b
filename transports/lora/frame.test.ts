import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACK_REQUEST_BYTES, ackBytes, decodeFrame, encodeFrame, type Frame } from './frame.ts';

const byte = fc.integer({ min: 0, max: 0xff });
const address = fc.integer({ min: 0, max: 0xfffe });
const nibble = fc.integer({ min: 0, max: 15 });

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc
    .record({
      type: fc.constant('data' as const),
      ackWanted: fc.boolean(),
      net: byte,
      dst: fc.integer({ min: 0, max: 0xffff }),
      src: address,
      seq: byte,
      index: nibble,
      last: nibble,
      payload: fc.uint8Array({ maxLength: 247 }),
    })
    .filter(({ index, last }) => index <= last),
  fc
    .record({
      type: fc.constant('ack' as const),
      snrMargin: fc.integer({ min: 0, max: 7 }),
      net: byte,
      dst: fc.integer({ min: 0, max: 0xffff }),
      seq: byte,
      bitmapBytes: fc.constantFrom(1 as const, 2 as const),
      bitmap: fc.integer({ min: 0, max: 0xffff }),
    })
    .map((ack) => ({ ...ack, bitmap: ack.bitmap % 2 ** (8 * ack.bitmapBytes) })),
  fc.record({
    type: fc.constant('ackRequest' as const),
    net: byte,
    dst: address,
    src: address,
    seq: byte,
    last: nibble,
  }),
);

test('every frame survives its bytes', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
    }),
  );
});

test('any bytes are a frame or null, and a frame has only these bytes', () => {
  const near = fc.tuple(fc.constantFrom(0x40, 0x41, 0x48, 0x50), fc.uint8Array({ maxLength: 260 }));
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
  const data = encodeFrame({
    type: 'data',
    ackWanted: true,
    net: 0xa5,
    dst: 0x0102,
    src: 0x0304,
    seq: 0x17,
    index: 2,
    last: 3,
    payload: Uint8Array.of(0xee),
  });
  expect([...data]).toEqual([0x41, 0xa5, 1, 2, 3, 4, 0x17, 0x23, 0xee]);
  const ack = { type: 'ack', snrMargin: 5, net: 0xa5, dst: 0x0304, seq: 0x17 } as const;
  expect([...encodeFrame({ ...ack, bitmapBytes: 1, bitmap: 0x0f })]).toEqual([
    0x4d, 0xa5, 3, 4, 0x17, 0x0f,
  ]);
  expect([...encodeFrame({ ...ack, bitmapBytes: 2, bitmap: 0x0fff })]).toEqual([
    0x4d, 0xa5, 3, 4, 0x17, 0x0f, 0xff,
  ]);
  expect([ackBytes(7), ackBytes(8), ACK_REQUEST_BYTES]).toEqual([6, 7, 8]);
});

test.each([
  ['another version', [0x80, 0, 0, 2, 0, 1, 0, 0]],
  ['an unknown type', [0x58, 0, 0, 2, 0, 1, 0, 0]],
  ['unknown flags', [0x42, 0, 0, 2, 0, 1, 0, 0]],
  ['a fragment after the last', [0x40, 0, 0, 2, 0, 1, 0, 0x21]],
  ['a message from everybody', [0x40, 0, 0, 2, 0xff, 0xff, 0, 0]],
  ['a question to everybody', [0x50, 0, 0xff, 0xff, 0, 1, 0, 0]],
  ['a cut header', [0x40, 0, 0, 2, 0, 1, 0]],
  ['an ack with a third bitmap byte', [0x48, 0, 0, 1, 0, 1, 1, 1]],
  ['nothing', []],
])('%s is no frame', (_, bytes) => {
  expect(decodeFrame(Uint8Array.from(bytes))).toBeNull();
});
