import type { Calibration } from '../../drivers/bme280/calibration.ts';
import type { RawMeasurement } from '../../drivers/bme280/compensation.ts';
import {
  CALIBRATION_HIGH_BYTES,
  CALIBRATION_LOW_BYTES,
  DATA_BYTES,
} from '../../drivers/bme280/registers.ts';

/** As the chip's memory shows it: 0x88 … 0xA1 and 0xE1 … 0xE7 (datasheet, table 16). */
export const encodeCalibration = ({
  temperature,
  pressure,
  humidity,
}: Calibration): { low: Uint8Array; high: Uint8Array } => {
  const low = new DataView(new ArrayBuffer(CALIBRATION_LOW_BYTES));
  for (const [index, word] of [...temperature, ...pressure].entries())
    low.setInt16(2 * index, word, true);
  const [h1, h2, h3, h4, h5, h6] = humidity;
  low.setUint8(25, h1);
  const high = new DataView(new ArrayBuffer(CALIBRATION_HIGH_BYTES));
  high.setInt16(0, h2, true);
  high.setUint8(2, h3);
  high.setInt8(3, h4 >> 4);
  high.setUint8(4, ((h5 & 0x0f) << 4) | (h4 & 0x0f));
  high.setInt8(5, h5 >> 4);
  high.setInt8(6, h6);
  return { low: new Uint8Array(low.buffer), high: new Uint8Array(high.buffer) };
};

/** As 0xF7 … 0xFE show it (datasheet, §5.4.7 to §5.4.9). */
export const encodeMeasurement = (raw: RawMeasurement): Uint8Array => {
  const data = new DataView(new ArrayBuffer(DATA_BYTES));
  const setU20 = (at: number, value: number) => {
    data.setUint16(at, value >> 4);
    data.setUint8(at + 2, (value & 0x0f) << 4);
  };
  setU20(0, raw.pressure);
  setU20(3, raw.temperature);
  data.setUint16(6, raw.humidity);
  return new Uint8Array(data.buffer);
};
