import type { Clock } from '../../../drivers/clock/interface.ts';

interface Timer {
  readonly dueMs: number;
  readonly delayMs: number;
  readonly callback: () => void;
}

/** A clock on which nothing is due until it is fired: time may pass at any moment, or not. */
export class LateClock implements Clock {
  #nowMs = 0;
  #timers: readonly Timer[] = [];

  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): Timer {
    const timer = { dueMs: this.#nowMs + delayMs, delayMs, callback };
    this.#timers = [...this.#timers, timer].sort((a, b) => a.dueMs - b.dueMs);
    return timer;
  }

  clearTimeout(id: unknown): void {
    this.#timers = this.#timers.filter((timer) => timer !== id);
  }

  async work<T>(_latencyMs: number, start: () => Promise<T>): Promise<T> {
    return start();
  }

  pass(ms: number): void {
    this.#nowMs += ms;
  }

  /** Shortest of the delays that were asked for, of the timers that have not fired. */
  next(soonMs: number): Timer | undefined {
    return this.#timers.find(({ delayMs }) => delayMs < soonMs);
  }

  fire(timer: Timer): void {
    this.clearTimeout(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.callback();
  }

  clear(): void {
    this.#timers = [];
  }
}
