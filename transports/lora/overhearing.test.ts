import { expect, test } from 'vitest';
import type { Reception } from '../../drivers/radio/interface.ts';
import { encodeFrame, type Frame } from './frame.ts';
import { Overhearing } from './overhearing.ts';

const MEMORY_MS = 1000;

const ack = (seq: number): Frame => {
  return { type: 'ack', snrMargin: 0, net: 1, dst: 9, seq, bitmapBytes: 1, bitmap: 1 };
};

/** What was heard by when it ended, and a list of what was noted of it, or missed. */
const rig = () => {
  const heard: Reception[] = [];
  const noted: string[] = [];
  const now = { ms: 0 };
  const again = { call: () => {} };
  const overhearing: Overhearing = new Overhearing({
    hearing: { since: (ms) => heard.filter(({ endMs }) => endMs > ms) },
    time: { now: () => now.ms },
    memoryMs: MEMORY_MS,
    noted: (frame) => {
      noted.push(`${(frame as { seq: number }).seq}`);
      again.call();
    },
    missed: (untilMs) => noted.push(`missed until ${untilMs}`),
  });
  const hear = (endMs: number, frame: Uint8Array = encodeFrame(ack(endMs & 0xff))): void => {
    heard.push({ frame, startMs: endMs - 1, endMs, rssiDbm: -60, snrDb: 9 });
    now.ms = endMs;
  };
  return { overhearing, hear, noted, now, again };
};

test('each frame is noted once, when it is asked for', () => {
  const { overhearing, hear, noted } = rig();
  hear(10);
  hear(20);
  expect(noted).toEqual([]);
  overhearing.catchUp();
  hear(30);
  overhearing.catchUp();
  expect(noted).toEqual(['10', '20', '30']);
});

test('what is no frame of the link is nothing', () => {
  const { overhearing, hear, noted } = rig();
  hear(10, Uint8Array.of(1, 2, 3));
  hear(20);
  overhearing.catchUp();
  expect(noted).toEqual(['20']);
});

test('what is too long ago is missed, and said to be', () => {
  const { overhearing, hear, noted, now } = rig();
  hear(10);
  hear(200);
  now.ms = 1100;
  overhearing.catchUp();
  overhearing.catchUp();
  expect(noted).toEqual(['missed until 100', '200']);
});

test('to note a frame may lead to another look', () => {
  const { overhearing, hear, noted, again } = rig();
  for (const endMs of [10, 20, 30]) hear(endMs);
  again.call = () => overhearing.catchUp();
  overhearing.catchUp();
  expect(noted).toEqual(['10', '20', '30']);
});
