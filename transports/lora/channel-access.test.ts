import { defer, EMPTY, NEVER, of } from 'rxjs';
import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { clockScheduler } from '../clock-scheduler.ts';
import { clearChannel } from './channel-access.ts';

const SLOT_MS = 10;

/** When the channel was taken, if it is sensed busy so many times first. */
const takenAfter = async (busyTimes: number, seed = 1): Promise<number> => {
  const clock = new HeapClock();
  let sensed = 0;
  const radio = {
    modulation: presets.paper,
    receptions: EMPTY,
    transmit: () => EMPTY,
    senseActivity: () =>
      defer(() => {
        sensed += 1;
        return of({ detected: sensed <= busyTimes, receiving: false, rssiDbm: -120 });
      }),
    troubles: NEVER,
    tune: () => EMPTY,
    close: () => {},
  };
  const random = seededRandom(seed, 'access');
  const scheduler = clockScheduler(clock);
  let takenMs = Number.NaN;
  clearChannel({ radio, random, scheduler, timing: { slotMs: SLOT_MS } }).subscribe(() => {
    takenMs = clock.now();
  });
  await clock.advance(1e6);
  return takenMs;
};

test('a silent channel is taken at once', async () => {
  expect(await takenAfter(0)).toBe(0);
});

test('a busy one is sensed again after one to four slots', async () => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed);
  const slots = await Promise.all(seeds.map(async (seed) => (await takenAfter(1, seed)) / SLOT_MS));
  expect(new Set(slots)).toEqual(new Set([1, 2, 3, 4]));
});

test('the longer it is busy, the longer the waits', async () => {
  const mean = async (busy: number): Promise<number> => {
    const all = await Promise.all([...Array(40).keys()].map((seed) => takenAfter(busy, seed)));
    return all.reduce((sum, ms) => sum + ms, 0) / all.length / SLOT_MS;
  };
  expect(await mean(4)).toBeCloseTo(2.5 + 4.5 + 8.5 + 16.5, -1);
});

test('noise that never ends does not keep a frame back for ever', async () => {
  const takenMs = await takenAfter(Number.POSITIVE_INFINITY);
  expect(takenMs).toBeGreaterThan(20 * SLOT_MS);
  expect(takenMs).toBeLessThan(20 * 64 * SLOT_MS);
});
