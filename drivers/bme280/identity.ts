import { TiesError } from '../../protocol/errors.ts';
import { CHIP_ID } from './registers.ts';

/** The same pins and registers without humidity; 0x56 and 0x57 were samples (§5.2, table 17). */
const BMP280_IDS: readonly number[] = [0x56, 0x57, 0x58];

/** Throws `SENSOR_NO_HUMIDITY` for a BMP280, as a reading without humidity is none, or `SENSOR_UNKNOWN`. */
export const checkChipId = (id: number): void => {
  if (id === CHIP_ID) return;
  const hex = `0x${id.toString(16).padStart(2, '0')}`;
  throw BMP280_IDS.includes(id)
    ? new TiesError(
        'SENSOR_NO_HUMIDITY',
        `This is a BMP280 (chip id ${hex}), which measures no humidity, though many are sold as ` +
          'BME280; replace it with a BME280 (0x60).',
      )
    : new TiesError(
        'SENSOR_UNKNOWN',
        `This is no BME280: its chip id is ${hex}, not 0x60. Give sensor.address of the BME280 in ` +
          'the role file: 0x76, or 0x77 where its SDO is high.',
      );
};
