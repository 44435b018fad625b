import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack } from './msgpack.ts';
import { decodeReading, encodeReading } from './reading.ts';

/** What a BME280 can measure, in the steps that travel. */
const reading = fc
  .record({
    temperature: fc.integer({ min: -4000, max: 8500 }),
    humidity: fc.integer({ min: 0, max: 10_000 }),
    pressurePa: fc.integer({ min: 30_000, max: 110_000 }),
  })
  .map(({ temperature, humidity, pressurePa }) => ({
    temperatureC: temperature / 100,
    humidityPercent: humidity / 100,
    pressurePa,
  }));

test('a reading comes back in its steps, in at most 12 bytes', () => {
  fc.assert(
    fc.property(reading, (measured) => {
      const bytes = encodeReading(measured);
      expect(bytes.length).toBeLessThanOrEqual(12);
      expect(decodeReading(bytes)).toEqual(measured);
    }),
  );
});

test('it is rounded to the nearest step', () => {
  const measured = { temperatureC: 25.082478, humidityPercent: 48.752368, pressurePa: 100653.258 };
  expect(decodeReading(encodeReading(measured))).toEqual({
    temperatureC: 25.08,
    humidityPercent: 48.75,
    pressurePa: 100_653,
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e12])('%s is no measurement', (pressurePa) => {
  expect(() => encodeReading({ temperatureC: 20, humidityPercent: 50, pressurePa })).toThrow(
    expect.objectContaining({ code: 'READING_RANGE' }),
  );
});

test('bytes that are no reading are none', () => {
  for (const row of [[], [1, 2], [1, 2, 3, 4], [1, 2, null], [1, 2, '3'], [1, 2, [3]], 5])
    expect(decodeReading(pack(row))).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 16 }), (bytes) => void decodeReading(bytes)));
});
