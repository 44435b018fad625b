import { TiesError } from './errors.ts';
import { pack, unpack } from './msgpack.ts';

/** What a BME280 measures at once. */
export interface Measurement {
  readonly temperatureC: number;
  readonly humidityPercent: number;
  readonly pressurePa: number;
}

/**
 * A measurement and which one of its node it is. No clock is trusted, so what orders readings is
 * the node's boot epoch and the number within it: a gap is what was lost, the same again is a repeat.
 */
export interface Reading extends Measurement {
  /** Boot epoch of the node that measured. */
  readonly epoch: number;
  /** From 1 on since then. */
  readonly number: number;
  /** Seconds from then to the measurement. */
  readonly uptimeS: number;
}

/**
 * In steps of 0.01 °C, 0.01 %, 1 Pa and 1 s: at most 27 bytes within the sensor's range. Throws
 * `READING_RANGE` on what is no measurement, such as NaN.
 */
export const encodeReading = (reading: Reading): Uint8Array => {
  const measured = [
    Math.round(reading.temperatureC * 100),
    Math.round(reading.humidityPercent * 100),
    Math.round(reading.pressurePa),
  ];
  if (!measured.every((steps) => Number.isInteger(steps) && Math.abs(steps) < 2 ** 31))
    throw new TiesError('READING_RANGE', 'The sensor gave no measurement; check its wiring.');
  return pack([...measured, reading.epoch, reading.number, Math.floor(reading.uptimeS)]);
};

/** Null where the bytes are no reading. */
export const decodeReading = (bytes: Uint8Array): Reading | null => {
  const row = unpack(bytes);
  if (!Array.isArray(row) || row.length !== 6 || !row.every(Number.isInteger)) return null;
  const [temperature, humidity, pressurePa, epoch, number, uptimeS] = row as number[] as Row;
  return {
    temperatureC: temperature / 100,
    humidityPercent: humidity / 100,
    ...{ pressurePa, epoch, number, uptimeS },
  };
};

type Row = [number, number, number, number, number, number];
