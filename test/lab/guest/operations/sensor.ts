import { bme280 } from '../../../../drivers/bme280/bme280.ts';
import { wallClock } from '../../../../drivers/clock/wall.ts';
import { i2cBusDevice } from '../../../../drivers/i2c/i2c-bus.ts';
import type { I2cPlace } from '../../../../drivers/i2c/interface.ts';
import type { Measurement } from '../../../../protocol/reading.ts';

/** One reading by the driver. */
export const read = async (place: I2cPlace): Promise<Measurement> => {
  const sensor = bme280({ device: i2cBusDevice(place), clock: wallClock });
  try {
    return await sensor.read();
  } finally {
    await sensor.close();
  }
};
