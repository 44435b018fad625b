import type { Clock } from '../../drivers/clock/interface.ts';

/** The time in which the center takes nodes in; it ends by itself. */
export class JoinWindow {
  readonly #clock: Clock;
  readonly #set: (isOpen: boolean) => void;
  #untilMs: number | null = null;
  #timer: unknown;

  constructor(clock: Clock, set: (isOpen: boolean) => void) {
    this.#clock = clock;
    this.#set = set;
  }

  /** Seconds that it stays open, 0 where it is closed. */
  get remainingS(): number {
    return this.#untilMs === null ? 0 : Math.ceil((this.#untilMs - this.#clock.now()) / 1000);
  }

  /** Open it for so long from now, however long it was to be open. */
  open(forS: number): void {
    this.#clock.clearTimeout(this.#timer);
    this.#untilMs = this.#clock.now() + forS * 1000;
    this.#timer = this.#clock.setTimeout(() => this.close(), forS * 1000);
    this.#set(true);
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#untilMs = null;
    this.#set(false);
  }
}
