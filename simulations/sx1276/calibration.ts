import type { Clock } from '../../drivers/clock/interface.ts';
import { CALIBRATION_MS } from './durations.ts';
import { frequencyOf, isHighBand } from './lora-settings.ts';
import { isLora, Mode, modeOf } from './op-mode.ts';
import type { RegisterFile } from './register-file.ts';
import { Reg } from './registers.ts';
import type { Report } from './violations.ts';

const IMAGE_CAL_START = 0x40;
const IMAGE_CAL_RUNNING = 0x20;

/** Image and RSSI calibration, kept for each of the two bands (datasheet §4.2.3.8). */
export class Calibration {
  readonly #clock: Clock;
  readonly #registers: RegisterFile;
  readonly #report: Report;
  readonly #calibrated = new Set<boolean>();
  #timer: unknown = null;

  constructor(clock: Clock, registers: RegisterFile, report: Report) {
    this.#clock = clock;
    this.#registers = registers;
    this.#report = report;
    this.reset();
  }

  /** After reset the chip calibrates itself, at 434 MHz: the low band. */
  reset(): void {
    this.#stop();
    this.#calibrated.clear();
    this.#calibrated.add(false);
  }

  isDone(isHigh: boolean): boolean {
    return this.#calibrated.has(isHigh);
  }

  /** RegImageCal was written. */
  write(value: number): void {
    const { opMode } = this.#registers;
    const running = this.#timer === null ? 0 : IMAGE_CAL_RUNNING;
    this.#registers.set('fsk', Reg.imageCal, (value & 0x9f) | running);
    if ((value & IMAGE_CAL_START) === 0) return;
    if (isLora(opMode) || modeOf(opMode) !== Mode.standby) {
      this.#report('calibration-outside-fsk-standby', `RegOpMode ${opMode.toString(16)}`);
      return;
    }
    this.#stop();
    const isHigh = isHighBand(frequencyOf(this.#registers));
    this.#setRunning(true);
    this.#timer = this.#clock.setTimeout(() => {
      this.#calibrated.add(isHigh);
      this.#stop();
    }, CALIBRATION_MS);
  }

  /** The chip leaves standby. */
  interrupt(): void {
    if (this.#timer === null) return;
    this.#report('calibration-interrupted', 'RegOpMode written while ImageCalRunning');
    this.#stop();
  }

  #stop(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#setRunning(false);
  }

  #setRunning(isRunning: boolean): void {
    const value = this.#registers.get('fsk', Reg.imageCal) & ~IMAGE_CAL_RUNNING;
    this.#registers.set('fsk', Reg.imageCal, value | (isRunning ? IMAGE_CAL_RUNNING : 0));
  }
}
