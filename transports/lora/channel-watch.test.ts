import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { ChannelWatch } from './channel-watch.ts';
import type { Frame } from './frame.ts';

const SLOT_MS = 10;
const FRAME: Frame = {
  ...{ type: 'ack', snrMargin: 0, net: 1, dst: 9, seq: 0, bitmapBytes: 1, bitmap: 1 },
};

/** Somebody else was there at 0, and nothing was heard for a minute until a frame that ends then. */
const windowAfter = (missedUntilMs: number | null, endMs: number): number => {
  const timing = { slotMs: SLOT_MS, guardMs: 15 };
  const watch = new ChannelWatch({ radio: { modulation: presets.paper }, timing });
  watch.heard(FRAME, { startMs: -50, endMs: 0 }, false);
  watch.taken(0, true);
  watch.ended(0);
  if (missedUntilMs !== null) watch.missed(missedUntilMs);
  watch.heard(FRAME, { startMs: endMs - 50, endMs }, false);
  return watch.contention.windowSlots;
};

test('a long pause says that nobody else is there', () => {
  expect(windowAfter(null, 60_000)).toBe(1);
});

test('but not where it is not known whether it was one', () => {
  expect(windowAfter(60_000 - 50 - 2 * SLOT_MS, 60_000)).toBeGreaterThan(1);
});

test('of what is known a pause may be long enough', () => {
  expect(windowAfter(60_000 - 50 - 13 * SLOT_MS, 60_000)).toBe(1);
});
