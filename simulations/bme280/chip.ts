import type { Calibration } from '../../drivers/bme280/calibration.ts';
import type { RawMeasurement } from '../../drivers/bme280/compensation.ts';
import {
  CHIP_ID,
  MODE,
  MODE_MASK,
  REGISTER,
  RESET_WORD,
  SKIPPED,
  STARTUP_MS,
  STATUS,
} from '../../drivers/bme280/registers.ts';
import type { Clock } from '../../drivers/clock/interface.ts';
import { encodeCalibration, encodeMeasurement } from './encoding.ts';

export interface Bme280ChipInput {
  readonly clock: Clock;
  readonly calibration: Calibration;
  /** What the converters give, whenever it measures. */
  readonly sensed: RawMeasurement;
  /** Default: that of a BME280. */
  readonly id?: number;
}

/** Filter, and the pause between measurements in normal mode (§5.4.6); ours sets neither. */
const CONFIG = 0xf5;
/** Of `controlMeasurement`: measures over and over (§3.3.4). */
const NORMAL = 0b11;
/** By the upper three bits of `config` (table 27). */
const STANDBY_MS = [0.5, 62.5, 125, 250, 500, 1000, 10, 20] as const;

const WRITABLE: ReadonlySet<number> = new Set([
  REGISTER.reset,
  REGISTER.controlHumidity,
  REGISTER.controlMeasurement,
  CONFIG,
]);

/** Samples by the three bits of a control register; more than 5 counts as 5 (tables 20, 23, 24). */
const samples = (code: number): number => [0, 1, 2, 4, 8, 16, 16, 16][code] as number;

/**
 * A BME280 as its registers: start-up, reset, and measurements, forced or over and over, that take
 * the longest time of the datasheet. The filter and SPI are not there.
 */
export class Bme280Chip {
  readonly #clock: Clock;
  readonly #registers = new Uint8Array(256);
  #calibration: Calibration;
  readonly #id: number;
  /** Counts power-ups and resets: what was going on before has no effect after. */
  #lives = 0;
  #humidityCode = 0;
  sensed: RawMeasurement;
  /** Whether it acknowledges on the bus. */
  connected = true;
  /** Whether what it begins from now on never ends. */
  stuck = false;

  constructor({ clock, calibration, sensed, id = CHIP_ID }: Bme280ChipInput) {
    this.#clock = clock;
    this.#calibration = calibration;
    this.#id = id;
    this.sensed = sensed;
    this.powerUp();
  }

  /** Power was cut and is back, perhaps on another chip. */
  powerUp(calibration = this.#calibration): void {
    this.#calibration = calibration;
    this.#lives += 1;
    this.#humidityCode = 0;
    const registers = this.#registers;
    registers.fill(0);
    registers[REGISTER.chipId] = this.#id;
    registers.set(encodeMeasurement(SKIPPED), REGISTER.data);
    this.#during(STATUS.copyingCalibration, STARTUP_MS, () => {
      const { low, high } = encodeCalibration(this.#calibration);
      registers.set(low, REGISTER.calibrationLow);
      registers.set(high, REGISTER.calibrationHigh);
    });
  }

  read(register: number, length: number): Uint8Array {
    return this.#registers.slice(register, register + length);
  }

  write(register: number, value: number): void {
    if (!WRITABLE.has(register)) return;
    if (register === REGISTER.reset) {
      if (value === RESET_WORD) this.powerUp();
      return;
    }
    this.#registers[register] = value;
    if (register !== REGISTER.controlMeasurement) return;
    // Only now does the setting of the humidity count (§5.4.3).
    this.#humidityCode = (this.#registers[REGISTER.controlHumidity] as number) & 0b111;
    if ((value & MODE_MASK) !== MODE.sleep) this.#measure(value);
  }

  #measure(control: number): void {
    const temperature = samples(control >> 5);
    const pressure = samples((control >> 2) & 0b111);
    const humidity = samples(this.#humidityCode);
    const ms =
      1.25 +
      2.3 * temperature +
      (pressure && 2.3 * pressure + 0.575) +
      (humidity && 2.3 * humidity + 0.575);
    this.#during(STATUS.measuring, ms, () => {
      const data = encodeMeasurement({
        temperature: temperature ? this.sensed.temperature : SKIPPED.temperature,
        pressure: pressure ? this.sensed.pressure : SKIPPED.pressure,
        humidity: humidity ? this.sensed.humidity : SKIPPED.humidity,
      });
      this.#registers.set(data, REGISTER.data);
      if ((control & MODE_MASK) === NORMAL) this.#measureAgain(control);
      else this.#registers[REGISTER.controlMeasurement] = control & ~MODE_MASK;
    });
  }

  /** Unless it is set to something else meanwhile. */
  #measureAgain(control: number): void {
    const life = this.#lives;
    const config = this.#registers[CONFIG] as number;
    this.#clock.setTimeout(
      () => {
        const isSet = this.#registers[REGISTER.controlMeasurement] === control;
        if (isSet && this.#lives === life) this.#measure(control);
      },
      STANDBY_MS[config >> 5] as number,
    );
  }

  /** With a bit of `status` set meanwhile. */
  #during(bit: number, ms: number, end: () => void): void {
    const life = this.#lives;
    this.#setStatus(bit, true);
    if (this.stuck) return;
    this.#clock.setTimeout(() => {
      if (this.#lives !== life) return;
      this.#setStatus(bit, false);
      end();
    }, ms);
  }

  #setStatus(bit: number, on: boolean): void {
    const status = this.#registers[REGISTER.status] as number;
    this.#registers[REGISTER.status] = on ? status | bit : status & ~bit;
  }
}
