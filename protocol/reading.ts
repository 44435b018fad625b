import { pack, unpack } from './msgpack.ts';

/** One measurement of a BME280. */
export interface Reading {
  readonly temperatureC: number;
  readonly humidityPercent: number;
  readonly pressurePa: number;
}

/** In steps of 0.01 °C, 0.01 % and 1 Pa: at most 13 bytes. */
export const encodeReading = (reading: Reading): Uint8Array =>
  pack([
    Math.round(reading.temperatureC * 100),
    Math.round(reading.humidityPercent * 100),
    Math.round(reading.pressurePa),
  ]);

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
