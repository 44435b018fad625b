import { expect, test } from 'vitest';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { reservedMs } from './contention-reservation.ts';
import { ackBytes, type Frame } from './frame.ts';

const TIMING = { slotMs: 7, guardMs: 15 };
const route = { net: 1, src: 1, dst: 2, seq: 0, last: 9 };
const fragment = { ...route, index: 0, payload: new Uint8Array(100) };
const ackMs = airtimeMs(presets.paper, ackBytes(9));

test.each([
  ['a burst that goes on', { type: 'data', ackWanted: false, ...fragment }, 7],
  ['the end of a burst', { type: 'data', ackWanted: true, ...fragment }, 15 + ackMs],
  ['the end of a burst of parity', { type: 'parity', ackWanted: true, ...fragment }, 15 + ackMs],
  ['a question', { type: 'ackRequest', ...route, digest: 0 }, 15 + ackMs],
  ['an ack', { type: 'ack', snrMargin: 0, net: 1, dst: 1, seq: 0, bitmapBytes: 2, bitmap: 1 }, 7],
] as [string, Frame, number][])('%s keeps the channel as long as it has to', (_, frame, ms) => {
  expect(reservedMs(frame, presets.paper, TIMING)).toBe(ms);
});
