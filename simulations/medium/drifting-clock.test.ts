import { expect, test } from 'vitest';
import { FRAME_MS, fatesOf, MODULATION } from '../../test/radio/scene.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Arrival } from './antenna.ts';
import { driftingClock } from './drifting-clock.ts';
import { simulatedMedium } from './medium.ts';

test('a clock that is 20 ppm fast gains 72 ms an hour, and its alarms ring that early', async () => {
  const clock = new HeapClock();
  const fast = driftingClock(clock, 20);
  const rung: number[] = [];
  fast.setTimeout(() => rung.push(clock.now(), fast.now()), 3_600_000);
  fast.clearTimeout(fast.setTimeout(() => rung.push(0), 1));
  await clock.advance(3_600_000);
  expect(fast.now() - clock.now()).toBeCloseTo(72, 6);
  expect(rung[0]).toBeCloseTo(3_600_000 - 72, 2);
  expect(rung[1]).toBeCloseTo(3_600_000, 6);
});

test('work of others takes the time it takes', async () => {
  const clock = new HeapClock();
  const done = driftingClock(clock, 1000).work(100, async () => clock.now());
  await clock.advance(200);
  expect(await done).toBe(100);
});

test('a radio tells times by the clock of its device', async () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const a = medium.join({ modulation: MODULATION });
  const b = medium.join({ modulation: MODULATION, ppm: 20 });
  const times: number[] = [];
  b.receptions.subscribe(({ startMs, endMs }) => times.push(startMs, endMs));
  await clock.advance(1_000_000);
  a.transmit(new Uint8Array(50)).subscribe();
  await clock.advance(1000);
  expect(times[0]).toBeCloseTo(1_000_020, 6);
  expect(times[1]).toBeCloseTo((1_000_000 + FRAME_MS) * 1.00002, 6);
});

test('a carrier is as wrong as its crystal: sender less receiver', async () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const [sender, receiver] = [medium.attach({ ppm: 10 }), medium.attach({ ppm: -5 })];
  const arrivals: Arrival[] = [];
  receiver.arrivals.subscribe((arrival) => arrivals.push(arrival));
  receiver.listen(MODULATION);
  sender.transmit(new Uint8Array(50), MODULATION, () => {});
  await clock.advance(1000);
  expect(arrivals[0]?.frequencyErrorHz).toBeCloseTo(868.1 * 15, 3);
});

// A quarter of 125 kHz is 31.25 kHz, 35.998 ppm of 868.1 MHz.
test.each([
  [35.9, 0, 'received'],
  [36.1, 0, 'frequency-error'],
  [-36.1, 0, 'frequency-error'],
  [20, -20, 'frequency-error'],
  [40, 40, 'received'],
])('carriers %f and %f ppm off: %s', async (sender, receiver, fate) => {
  const said = [{ atMs: 0, by: { ppm: sender } }];
  expect(await fatesOf(said, { base: { ppm: receiver } })).toEqual([fate]);
});
