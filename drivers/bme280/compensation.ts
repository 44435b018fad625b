import type { Measurement } from '../../protocol/reading.ts';
import type { Calibration } from './calibration.ts';

/** The chip's converter outputs: 20, 20 and 16 bits. */
export interface RawMeasurement {
  readonly temperature: number;
  readonly pressure: number;
  readonly humidity: number;
}

/** Of the bytes 0xF7 … 0xFE: pressure and temperature left-aligned in three bytes, humidity in two. */
export const decodeMeasurement = (data: Uint8Array): RawMeasurement => {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const u20 = (at: number) => (view.getUint16(at) << 4) | (view.getUint8(at + 2) >> 4);
  return { pressure: u20(0), temperature: u20(3), humidity: view.getUint16(6) };
};

const clamp = (value: number, min: number, max: number): number =>
  Math.min(Math.max(value, min), max);

/**
 * °C, Pa and % of what the chip measured, within its range, by the formulas in double precision of
 * the datasheet (§8.1) with the clamps of Bosch's reference driver (BME280_SensorAPI, `bme280.c`).
 */
export const compensate = (calibration: Calibration, raw: RawMeasurement): Measurement => {
  const fine = fineTemperature(calibration, raw.temperature);
  // Bosch's C keeps it as an int32 for the others, so they depend on the whole part alone.
  const fineWhole = Math.trunc(fine);
  return {
    temperatureC: clamp(fine / 5120, -40, 85),
    pressurePa: pressurePa(calibration, raw.pressure, fineWhole),
    humidityPercent: humidityPercent(calibration, raw.humidity, fineWhole),
  };
};

/** `t_fine`: 1/5120 °C, which also corrects pressure and humidity. */
const fineTemperature = ({ temperature: [t1, t2, t3] }: Calibration, raw: number): number =>
  (raw / 16384 - t1 / 1024) * t2 + (raw / 131072 - t1 / 8192) ** 2 * t3;

const pressurePa = ({ pressure }: Calibration, raw: number, fine: number): number => {
  const [p1, p2, p3, p4, p5, p6, p7, p8, p9] = pressure;
  const [min, max] = [30_000, 110_000];
  const warmth = fine / 2 - 64_000;
  const offset = ((warmth ** 2 * p6) / 32768 + warmth * p5 * 2) / 4 + p4 * 65536;
  const slope = (1 + ((p3 * warmth ** 2) / 524288 + p2 * warmth) / 524288 / 32768) * p1;
  if (slope <= 0) return min;
  const linear = ((1_048_576 - raw - offset / 4096) * 6250) / slope;
  const curve = (p9 * linear ** 2) / 2147483648 + (linear * p8) / 32768;
  return clamp(linear + (curve + p7) / 16, min, max);
};

const humidityPercent = ({ humidity }: Calibration, raw: number, fine: number): number => {
  const [h1, h2, h3, h4, h5, h6] = humidity;
  const warmth = fine - 76_800;
  const linear = (raw - (h4 * 64 + (h5 / 16384) * warmth)) * (h2 / 65536);
  // Bosch's driver in doubles multiplies by `warmed` once more, its integers and the datasheet do
  // not. Where H3 is 0 that is the same.
  const warmed = 1 + (h3 / 67108864) * warmth;
  const corrected = linear * (1 + (h6 / 67108864) * warmth * warmed);
  return clamp(corrected * (1 - (h1 * corrected) / 524288), 0, 100);
};
