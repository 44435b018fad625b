import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../drivers/clock/interface.ts';
import { wallClock } from '../../../drivers/clock/wall.ts';
import { punctualClock } from '../../../simulations/air-socket/punctual-clock.ts';
import { Bme280Chip } from '../../../simulations/bme280/chip.ts';
import { EXAMPLE_CALIBRATION } from '../../../simulations/bme280/example.ts';
import { type Medium, simulatedMedium } from '../../../simulations/medium/medium.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import { type Sx1276, sx1276 } from '../../../simulations/sx1276/chip.ts';
import { Header } from './header.ts';

/** As the examples of `config/` wire them, and the defaults of a role. */
export const PINS = { dio0: 4, dio1: 23, reset: 17 } as const;
export const SENSOR_ADDRESS = 0x76;

/** QEMU's bus takes its own time. */
const RESET_MS = 5;
const AT_ONCE = { clockHz: Number.POSITIVE_INFINITY, overheadMs: 0 };

/** The models of the chips on a header, in real time, and the air that the radio is on. */
export class Board {
  /** Nothing rings early, and what is due now rings in this turn: a transfer of SPI, mostly. */
  readonly clock: Clock = immediate(punctualClock(wallClock));
  readonly medium: Medium;
  readonly radio: Sx1276;
  readonly sensor: Bme280Chip;
  readonly header: Header;

  constructor() {
    const { clock } = this;
    this.medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
    this.radio = sx1276({
      ...{ clock, random: seededRandom(1, 'chip'), antenna: this.medium.attach({ id: 'pi' }) },
      ...{ spi: AT_ONCE, edgeLatencyMs: 0 },
    });
    this.sensor = new Bme280Chip({
      ...{ clock, calibration: EXAMPLE_CALIBRATION },
      sensed: { temperature: 519888, pressure: 415148, humidity: 30000 },
    });
    this.header = new Header({
      spi: new Map([[0, this.radio.spi]]),
      i2c: new Map([[SENSOR_ADDRESS, this.sensor]]),
      outputs: new Map([[PINS.reset, this.radio.reset]]),
    });
    for (const name of ['dio0', 'dio1'] as const)
      this.radio[name].onLevel((isHigh) => this.header.drive(PINS[name], isHigh));
  }

  /** Their power was cut, and is back: as after a reset, and off the air. */
  async cyclePower(): Promise<void> {
    await this.radio.reset.write(0);
    await sleep(RESET_MS);
    await this.radio.reset.write(1);
    this.sensor.powerUp();
  }
}

const immediate = (clock: Clock): Clock => ({
  now: () => clock.now(),
  setTimeout: (callback, delayMs) =>
    delayMs > 0 ? clock.setTimeout(callback, delayMs) : new Immediate(callback),
  clearTimeout: (id) => {
    if (id instanceof Immediate) id.clear();
    else clock.clearTimeout(id);
  },
  work: (latencyMs, start) => clock.work(latencyMs, start),
});

class Immediate {
  readonly #immediate: NodeJS.Immediate;

  constructor(callback: () => void) {
    this.#immediate = setImmediate(callback);
  }

  clear(): void {
    clearImmediate(this.#immediate);
  }
}
