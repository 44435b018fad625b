import type { Clock } from '../../drivers/clock/interface.ts';

/** One moment to wait for: to set it anew is to forget the one before. */
export class Alarm {
  readonly #clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  #timer: unknown = null;

  constructor(clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>) {
    this.#clock = clock;
  }

  set(delayMs: number, ring: () => void): void {
    this.clear();
    this.#timer = this.#clock.setTimeout(ring, delayMs);
  }

  clear(): void {
    if (this.#timer !== null) this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
  }
}
