import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { Reception } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { hearingOf, memoryMs } from './heard.ts';

/** As much of a frame as its addresses are. */
const frame = (dst: number, src: number): Uint8Array =>
  Uint8Array.of(0b01_000_000, 0, dst >> 8, dst & 0xff, src >> 8, src & 0xff);

const rig = () => {
  const receptions = new Subject<Reception>();
  const radio = { modulation: presets.paper, receptions };
  const hear = (endMs: number, dst = 1, src = 2): void =>
    receptions.next({ frame: frame(dst, src), startMs: endMs - 1, endMs, rssiDbm: -60, snrDb: 9 });
  return { radio, hear, hearing: hearingOf(radio) };
};

const endsOf = (receptions: readonly Reception[]): number[] => receptions.map(({ endMs }) => endMs);

test('it is told at once of what is for an address, from another, or for everybody', () => {
  const { hear, hearing } = rig();
  const told: Reception[] = [];
  const attention = { to: new Set([1]), from: new Set([7]) };
  hearing.attend(attention).subscribe((reception) => told.push(reception));
  hear(10, 1, 2);
  hear(20, 2, 1);
  hear(30, 2, 7);
  hear(40, 0xffff, 2);
  hear(50, 7, 3);
  expect(endsOf(told)).toEqual([10, 30, 40]);
});

test('it knows all that was heard after a moment', () => {
  const { hear, hearing } = rig();
  for (const endMs of [10, 20, 30]) hear(endMs);
  expect(endsOf(hearing.since(-1))).toEqual([10, 20, 30]);
  expect(endsOf(hearing.since(10))).toEqual([20, 30]);
  expect(endsOf(hearing.since(29.9))).toEqual([30]);
  expect(endsOf(hearing.since(30))).toEqual([]);
});

test('it forgets what is older than it has to remember', () => {
  const { radio, hear, hearing } = rig();
  const longMs = memoryMs(radio.modulation);
  for (const endMs of [0, 1, longMs, longMs + 1]) hear(endMs);
  expect(endsOf(hearing.since(-1))).toEqual([1, longMs, longMs + 1]);
});

test('nor does it keep more than there can have been', () => {
  const { hear, hearing } = rig();
  for (let count = 0; count < 2000; count += 1) hear(10 + count / 1e6);
  expect(hearing.since(-1).length).toBeLessThan(1000);
  expect(hearing.since(-1).at(-1)?.endMs).toBe(10 + 1999 / 1e6);
});
