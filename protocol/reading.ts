import { TiesError } from './errors.ts';
import { pack, unpack } from './msgpack.ts';

/** One measurement of a BME280. */
export interface Reading {
  readonly temperatureC: number;
  readonly humidityPercent: number;
  readonly pressurePa: number;
}

/**
 * In steps of 0.01 °C, 0.01 % and 1 Pa: at most 12 bytes within the sensor's range. Throws
 * `READING_RANGE` on what is no measurement, such as NaN.
 */
export const encodeReading = (reading: Reading): Uint8Array => {
  const row = [
    Math.round(reading.temperatureC * 100),
    Math.round(reading.humidityPercent * 100),
    Math.round(reading.pressurePa),
  ];
  if (!row.every((steps) => Number.isInteger(steps) && Math.abs(steps) < 2 ** 31))
    throw new TiesError('READING_RANGE', 'The sensor gave no measurement; check its wiring.');
  return pack(row);
};

/** Null where the bytes are no reading. */
export const decodeReading = (bytes: Uint8Array): Reading | null => {
  const row = unpack(bytes);
  if (!Array.isArray(row) || row.length !== 3 || !row.every(Number.isInteger)) return null;
  const [temperature, humidity, pressure] = row as [number, number, number];
  return {
    temperatureC: temperature / 100,
    humidityPercent: humidity / 100,
    pressurePa: pressure,
  };
};
