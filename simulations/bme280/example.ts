import type { Calibration } from '../../drivers/bme280/calibration.ts';

/** A calibration to measure with: that of the example in Bosch's datasheets, with a humidity part. */
export const EXAMPLE_CALIBRATION: Calibration = {
  temperature: [27504, 26435, -1000],
  pressure: [36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000],
  humidity: [75, 362, 0, 333, 0, 30],
};
