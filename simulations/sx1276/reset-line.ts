import type { Clock } from '../../drivers/clock/interface.ts';
import type { OutputLine } from '../../drivers/gpio/interface.ts';
import { RESET_PULSE_MS, RESET_READY_MS } from './durations.ts';
import type { Report } from './violations.ts';

/** NRESET: pulled low it resets, released it gives the chip its start-up time (datasheet §7.2.2). */
export class ResetLine implements OutputLine {
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #reset: () => void;
  #lowSinceMs: number | null = null;
  #readyMs = 0;

  constructor(clock: Clock, report: Report, reset: () => void) {
    this.#clock = clock;
    this.#report = report;
    this.#reset = reset;
  }

  get isReady(): boolean {
    return this.#lowSinceMs === null && this.#clock.now() >= this.#readyMs;
  }

  write(level: 0 | 1): Promise<void> {
    if (level === 0) this.#lowSinceMs ??= this.#clock.now();
    else this.#release();
    return Promise.resolve();
  }

  close(): void {}

  #release(): void {
    if (this.#lowSinceMs === null) return;
    const lowMs = this.#clock.now() - this.#lowSinceMs;
    this.#lowSinceMs = null;
    if (lowMs < RESET_PULSE_MS) {
      this.#report('reset-too-short', `${lowMs} ms`);
      return;
    }
    this.#reset();
    this.#readyMs = this.#clock.now() + RESET_READY_MS;
  }
}
