import { expect, test } from 'vitest';
import { encodeFrame, type Frame } from '../../transports/lora/frame.ts';
import { destinationOf, sourceOf } from './addresses.ts';

const [DST, SRC] = [0x1234, 0xabcd];
const route = { net: 7, dst: DST, src: SRC, seq: 9 };

test.each<Frame>([
  { type: 'data', ...route, index: 0, last: 3, ackWanted: true, payload: new Uint8Array(20) },
  { type: 'parity', ...route, index: 2, last: 3, ackWanted: false, payload: new Uint8Array(20) },
  { type: 'ackRequest', ...route, last: 3, digest: 0xffff },
  { type: 'announce', ...route, step: 7, frames: 16, last: 15, frameBytes: 255 },
])('a $type says whom it is for, and who sent it', (frame) => {
  expect([destinationOf(encodeFrame(frame)), sourceOf(encodeFrame(frame))]).toEqual([DST, SRC]);
});

test('an acknowledgement says whom it is for alone', () => {
  const acknowledged = { net: 7, dst: DST, seq: 9, snrMargin: 7, bitmapBytes: 2, bitmap: 0xffff };
  const frame = encodeFrame({ type: 'ack', ...acknowledged } as Frame);
  expect([destinationOf(frame), sourceOf(frame)]).toEqual([DST, null]);
});

test('what is too short says nothing, and what just holds an address says that', () => {
  expect(destinationOf(Uint8Array.of(0, 1, 0x12, 0x34))).toBe(DST);
  expect(sourceOf(Uint8Array.of(0, 1, 2, 3, 0xab, 0xcd))).toBe(SRC);
  expect(destinationOf(Uint8Array.of(0, 1, 2))).toBeNull();
  expect(sourceOf(Uint8Array.of(0, 1, 2, 3, 4))).toBeNull();
});
