import type { Clock } from '../../drivers/clock/interface.ts';
import type { InputLine } from '../../drivers/gpio/interface.ts';

/** An output pin of the chip, as the host's GPIO sees it. */
export class DioLine implements InputLine {
  readonly #clock: Clock;
  readonly #latencyMs: number;
  readonly #listeners = new Set<() => void>();
  readonly #levelListeners = new Set<(isHigh: boolean) => void>();
  #isHigh = false;
  #isStuck = false;
  #edgesToLose = 0;

  /** `latencyMs` passes from an edge to the host's being called. */
  constructor(clock: Clock, latencyMs: number) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
  }

  onRising(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls with each new level, at once: for who leads the pin elsewhere. */
  onLevel(listener: (isHigh: boolean) => void): void {
    this.#levelListeners.add(listener);
  }

  close(): void {
    this.#listeners.clear();
  }

  drive(isHigh: boolean): void {
    if (isHigh === this.#isHigh) return;
    this.#isHigh = isHigh;
    for (const listener of this.#levelListeners) listener(isHigh);
    if (!isHigh || this.#isStuck) return;
    if (this.#edgesToLose > 0) {
      this.#edgesToLose -= 1;
      return;
    }
    this.#clock.setTimeout(() => {
      for (const listener of [...this.#listeners]) listener();
    }, this.#latencyMs);
  }

  /** The host does not notice the next edges. */
  loseEdges(count: number): void {
    this.#edgesToLose = count;
  }

  /** The wire is broken, so that no edge arrives any more. */
  stick(): void {
    this.#isStuck = true;
  }
}
