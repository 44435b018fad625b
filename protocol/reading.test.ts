import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack } from './msgpack.ts';
import { decodeReading, encodeReading } from './reading.ts';

const counter = fc.integer({ min: 0, max: 2 ** 32 - 1 });
/** What a BME280 can measure, in the steps that travel. */
const reading = fc
  .record({
    temperature: fc.integer({ min: -4000, max: 8500 }),
    humidity: fc.integer({ min: 0, max: 10_000 }),
    pressurePa: fc.integer({ min: 30_000, max: 110_000 }),
    which: fc.record({ epoch: counter, number: counter, uptimeS: counter }),
  })
  .map(({ temperature, humidity, pressurePa, which }) => ({
    temperatureC: temperature / 100,
    humidityPercent: humidity / 100,
    pressurePa,
    ...which,
  }));

const which = { epoch: 3, number: 7, uptimeS: 420 };

test('a reading comes back in its steps, in at most 27 bytes', () => {
  fc.assert(
    fc.property(reading, (measured) => {
      const bytes = encodeReading(measured);
      expect(bytes.length).toBeLessThanOrEqual(27);
      expect(decodeReading(bytes)).toEqual(measured);
    }),
  );
});

test('it is rounded to the nearest step, and its second begun is not over', () => {
  const measured = { temperatureC: 25.082478, humidityPercent: 48.752368, pressurePa: 100653.258 };
  expect(decodeReading(encodeReading({ ...measured, ...which, uptimeS: 420.9 }))).toEqual({
    ...{ temperatureC: 25.08, humidityPercent: 48.75, pressurePa: 100_653 },
    ...which,
  });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 1e12, 2 ** 31])(
  '%s is no measurement',
  (pressurePa) => {
    const measured = { temperatureC: 20, humidityPercent: 50, pressurePa, ...which };
    expect(() => encodeReading(measured)).toThrow(
      expect.objectContaining({ code: 'READING_RANGE' }),
    );
  },
);

test('bytes that are no reading are none', () => {
  const whole = [1, 2, 3, 4, 5, 6];
  expect(decodeReading(pack(whole))).not.toBeNull();
  for (const row of [[], whole.slice(1), [...whole, 7], whole.with(2, 0.5), 5])
    expect(decodeReading(pack(row))).toBeNull();
  for (const odd of [null, '3', [3]])
    expect(decodeReading(pack(whole.with(3, odd as never)))).toBeNull();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => void decodeReading(bytes)));
});
