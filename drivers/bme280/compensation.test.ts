import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EXAMPLE_CALIBRATION as EXAMPLE } from '../../simulations/bme280/example.ts';
import type { Calibration } from './calibration.ts';
import { compensate, decodeMeasurement } from './compensation.ts';

/** °C, Pa and % of Bosch's reference driver (BME280_SensorAPI, `bme280.c`), compiled for doubles. */
test.each([
  [{ temperature: 519888, pressure: 415148, humidity: 30000 }, 25.082478, 100653.258145, 48.752368],
  [{ temperature: 560000, pressure: 300000, humidity: 40000 }, 37.631868, 110000, 100],
])('%o gives what the reference driver gives', (raw, temperatureC, pressurePa, humidityPercent) => {
  const reading = compensate(EXAMPLE, raw);
  expect(reading.temperatureC).toBeCloseTo(temperatureC, 6);
  expect(reading.pressurePa).toBeCloseTo(pressurePa, 6);
  expect(reading.humidityPercent).toBeCloseTo(humidityPercent, 6);
});

test('what lies outside of the range of the chip is given as its limit', () => {
  const least = compensate(EXAMPLE, { temperature: 0, pressure: 0xfffff, humidity: 0 });
  expect(least).toEqual({ temperatureC: -40, pressurePa: 30_000, humidityPercent: 0 });
  const most = compensate(EXAMPLE, { temperature: 0xfffff, pressure: 0, humidity: 0xffff });
  expect(most).toEqual({ temperatureC: 85, pressurePa: 110_000, humidityPercent: 100 });
});

test('a calibration that leaves no slope for the pressure gives its limit, and no division by zero', () => {
  const [, ...others] = EXAMPLE.pressure;
  const flat: Calibration = { ...EXAMPLE, pressure: [0, ...others] };
  const raw = { temperature: 519888, pressure: 415148, humidity: 30000 };
  expect(compensate(flat, raw).pressurePa).toBe(30_000);
});

test('the data registers hold pressure, temperature and humidity, the upper bits first', () => {
  const data = Uint8Array.of(0x65, 0x5a, 0xc0, 0x7e, 0xed, 0x01, 0x75, 0x30);
  expect(decodeMeasurement(data)).toEqual({
    pressure: 0x655ac,
    temperature: 0x7eed0,
    humidity: 0x7530,
  });
});

/**
 * The datasheet's other way, in integers (§4.2.3): 1/1024 %. Unlike the vectors above, which have
 * 0 there, it tells about H3 and H5.
 */
const humidityByIntegers = (
  [h1, h2, h3, h4, h5, h6]: Trimming,
  raw: number,
  fine: number,
): number => {
  const warmth = BigInt(fine) - 76_800n;
  const linear = ((BigInt(raw) << 14n) - (h4 << 20n) - h5 * warmth + 16_384n) >> 15n;
  const warmed = (((warmth * h6) >> 10n) * (((warmth * h3) >> 11n) + 32_768n)) >> 10n;
  const scaled = linear * (((warmed + 2_097_152n) * h2 + 8192n) >> 14n);
  const corrected = scaled - (((((scaled >> 15n) * (scaled >> 15n)) >> 7n) * h1) >> 4n);
  return Number(corrected >> 12n) / 1024;
};
type Trimming = [bigint, bigint, bigint, bigint, bigint, bigint];

test('humidity is what the integers of the datasheet give, for any trimming', () => {
  const between = (min: number, max: number) => fc.integer({ min, max });
  const h4h5h6 = [between(250, 400), between(-100, 100), between(-100, 100)] as const;
  const trimming = fc.tuple(between(0, 255), between(300, 400), between(0, 255), ...h4h5h6);
  const temperatures = between(420_000, 640_000);
  const humidities = between(22_000, 40_000);
  fc.assert(
    fc.property(trimming, temperatures, humidities, (humidity, adcT, adcH) => {
      const raw = { temperature: adcT, humidity: adcH, pressure: 415_148 };
      const reading = compensate({ ...EXAMPLE, humidity }, raw);
      const fine = Math.trunc(reading.temperatureC * 5120);
      const expected = humidityByIntegers(humidity.map(BigInt) as Trimming, adcH, fine);
      fc.pre(expected >= 0 && expected <= 100);
      expect(Math.abs(reading.humidityPercent - expected)).toBeLessThan(0.02);
    }),
  );
});
