import { TiesError } from '../../protocol/errors.ts';
import type { Measurement } from '../../protocol/reading.ts';
import type { Clock } from '../clock/interface.ts';
import type { I2cDevice } from '../i2c/interface.ts';
import type { Sensor } from '../sensor/interface.ts';
import { type Calibration, decodeCalibration, isBlank } from './calibration.ts';
import { compensate, decodeMeasurement, type RawMeasurement } from './compensation.ts';
import { checkChipId } from './identity.ts';
import { longestMeasurementMs, type Oversampling, samplesCode, WEATHER } from './oversampling.ts';
import {
  CALIBRATION_HIGH_BYTES,
  CALIBRATION_LOW_BYTES,
  DATA_BYTES,
  MODE,
  REGISTER,
  RESET_WORD,
  SKIPPED,
  STARTUP_MS,
  STATUS,
} from './registers.ts';

export interface Bme280Input {
  readonly device: I2cDevice;
  readonly clock: Clock;
  /** Default: one sample of each. */
  readonly oversampling?: Oversampling;
}

/** How often a status bit is looked at again before the chip counts as stuck; Bosch's driver does so. */
const STATUS_TRIES = 5;

/**
 * A BME280 in forced mode: asleep but for the some 10 ms of a measurement. It is reset and its
 * calibration read at the first reading and after any that failed. Fails with `SENSOR_…` or what
 * the bus fails with.
 */
export const bme280 = (input: Bme280Input): Sensor => new Bme280(input);

class Bme280 implements Sensor {
  readonly #device: I2cDevice;
  readonly #clock: Clock;
  readonly #measurementMs: number;
  /** What the control registers hold between measurements. */
  readonly #control: { readonly humidity: number; readonly measurement: number };
  /** Null until the chip was set up, and after a failure. */
  #calibration: Calibration | null = null;
  #reading: Promise<Measurement> | null = null;

  constructor({ device, clock, oversampling = WEATHER }: Bme280Input) {
    this.#device = device;
    this.#clock = clock;
    this.#measurementMs = longestMeasurementMs(oversampling);
    const { temperature, pressure, humidity } = oversampling;
    this.#control = {
      humidity: samplesCode(humidity),
      measurement: (samplesCode(temperature) << 5) | (samplesCode(pressure) << 2) | MODE.sleep,
    };
  }

  read(): Promise<Measurement> {
    this.#reading ??= this.#measure().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  close(): Promise<void> {
    return this.#device.close();
  }

  async #measure(): Promise<Measurement> {
    try {
      const known = this.#calibration !== null && (await this.#isAsLeft());
      this.#calibration = known ? this.#calibration : await this.#setUp();
      return compensate(this.#calibration as Calibration, await this.#convert());
    } catch (error) {
      this.#calibration = null;
      throw error;
    }
  }

  /** False where it lost power since: then it may even be another chip, of another calibration. */
  async #isAsLeft(): Promise<boolean> {
    const [humidity, , measurement] = await this.#device.read(REGISTER.controlHumidity, 3);
    return humidity === this.#control.humidity && measurement === this.#control.measurement;
  }

  async #setUp(): Promise<Calibration> {
    checkChipId(await this.#byte(REGISTER.chipId));
    await this.#device.write(REGISTER.reset, RESET_WORD);
    await this.#pause(STARTUP_MS);
    await this.#until(STATUS.copyingCalibration, 'copying its calibration');
    const low = await this.#device.read(REGISTER.calibrationLow, CALIBRATION_LOW_BYTES);
    const high = await this.#device.read(REGISTER.calibrationHigh, CALIBRATION_HIGH_BYTES);
    const calibration = decodeCalibration(low, high);
    if (isBlank(calibration))
      throw new TiesError(
        'SENSOR_CALIBRATION',
        'The BME280 shows no calibration; check its wiring, and replace it where that stays so.',
      );
    // This order, as the chip takes over the humidity's setting with the other's (§5.4.3).
    await this.#device.write(REGISTER.controlHumidity, this.#control.humidity);
    await this.#device.write(REGISTER.controlMeasurement, this.#control.measurement);
    return calibration;
  }

  async #convert(): Promise<RawMeasurement> {
    await this.#device.write(REGISTER.controlMeasurement, this.#control.measurement | MODE.forced);
    await this.#pause(this.#measurementMs);
    await this.#until(STATUS.measuring, 'measuring');
    const raw = decodeMeasurement(await this.#device.read(REGISTER.data, DATA_BYTES));
    for (const quantity of ['temperature', 'pressure', 'humidity'] as const)
      if (raw[quantity] === SKIPPED[quantity])
        throw new TiesError(
          'SENSOR_SKIPPED',
          `The BME280 measured no ${quantity}: it was reset meanwhile. Where that repeats, check ` +
            'its power, and that nothing else on this device uses it.',
        );
    return raw;
  }

  /** Until a bit of `status` is gone. */
  async #until(bit: number, doing: string): Promise<void> {
    for (let tries = 0; (await this.#byte(REGISTER.status)) & bit; tries += 1) {
      if (tries === STATUS_TRIES)
        throw new TiesError(
          'SENSOR_STUCK',
          `The BME280 does not end ${doing}. The next reading resets it; where that does not help, cut its power for a second.`,
        );
      await this.#pause(STARTUP_MS);
    }
  }

  async #byte(register: number): Promise<number> {
    const [value] = await this.#device.read(register, 1);
    return value as number;
  }

  /** Whole milliseconds, as Node's timers cut off what is behind the point. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimeout(resolve, Math.ceil(ms)));
  }
}
