import { expect, test } from 'vitest';
import { HeapClock } from './heap-clock.ts';
import { seededRandom } from './seeded-random.ts';
import { syntheticSensor } from './synthetic-sensor.ts';

const HOUR_MS = 3_600_000;

/** Readings of `hours` in a row. */
const hourly = async (seed: number, hours: number) => {
  const clock = new HeapClock();
  const sensor = syntheticSensor({ clock, random: seededRandom(seed, 'sensor') });
  const readings = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const reading = sensor.read();
    await clock.advance(HOUR_MS);
    readings.push(await reading);
  }
  return readings;
};

test('the same seed gives the same weather, another seed another', async () => {
  const [first, again, other] = await Promise.all([hourly(1, 48), hourly(1, 48), hourly(2, 48)]);
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
});

test('what it measures depends on when, and not on how often it was asked', async () => {
  const clock = new HeapClock();
  const sensor = syntheticSensor({ clock, random: seededRandom(1, 'sensor') });
  await clock.advance(24 * HOUR_MS);
  const reading = sensor.read();
  await clock.advance(HOUR_MS);
  expect(await reading).toEqual((await hourly(1, 25)).at(-1));
});

test.each([1, 2, 3, 4])(
  'days are warm and nights cool, within what can be sent (seed %d)',
  async (seed) => {
    const readings = await hourly(seed, 24 * 14);
    const temperatures = readings.map(({ temperatureC }) => temperatureC);
    const daily = Array.from({ length: 14 }, (_, day) =>
      temperatures.slice(24 * day, 24 * day + 24),
    );
    for (const day of daily) expect(Math.max(...day) - Math.min(...day)).toBeGreaterThan(3);
    for (const reading of readings) {
      expect(reading.temperatureC).toBeGreaterThan(-15);
      expect(reading.temperatureC).toBeLessThan(40);
      expect(reading.humidityPercent).toBeGreaterThan(20);
      expect(reading.humidityPercent).toBeLessThanOrEqual(100);
      expect(reading.pressurePa).toBeGreaterThan(90_000);
      expect(reading.pressurePa).toBeLessThan(105_000);
    }
  },
);
