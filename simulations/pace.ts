import type { Clock } from '../drivers/clock/interface.ts';
import type { PaceRequest, PaceSeen } from '../transports/inspect/interface.ts';

/**
 * Virtual time beside the wall clock, for people who look on: so many virtual seconds in one,
 * paused, or one step further.
 */
export class Pace {
  readonly #wall: Clock;
  readonly #tell: (pace: PaceSeen) => void;
  #speed: number;
  #isPaused = false;
  /** Going on until the next thing to be seen, although paused. */
  #isStepping = false;
  /** Moments of both times that belong together. */
  #wallMs: number;
  #worldMs = 0;
  #wake: () => void = () => undefined;

  constructor(wall: Clock, speed: number, tell: (pace: PaceSeen) => void = () => undefined) {
    this.#wall = wall;
    this.#speed = speed;
    this.#tell = tell;
    this.#wallMs = wall.now();
  }

  get seen(): PaceSeen {
    return { type: '@ties.pace', speed: this.#speed, isPaused: this.#isPaused };
  }

  /** For `HeapClock`: resolves when the world's time may be `untilMs`. */
  readonly until = (untilMs: number): Promise<void> | null =>
    this.#leftMs(untilMs) <= 0 ? null : this.#wait(untilMs);

  ask(request: PaceRequest): void {
    this.#worldMs = this.#nowMs;
    this.#wallMs = this.#wall.now();
    if (request.type === '@ties.pace') this.#speed = request.speed;
    else {
      this.#isPaused = request.type !== '@ties.resume';
      this.#isStepping = request.type === '@ties.step';
    }
    this.#tell(this.seen);
    this.#wake();
  }

  /** Something was to be seen at this moment: a step ends. */
  noticed(worldMs: number): void {
    if (!this.#isStepping) return;
    this.#isStepping = false;
    this.#worldMs = worldMs;
  }

  /** The world's time, as it should be. */
  get #nowMs(): number {
    if (this.#isPaused) return this.#worldMs;
    return this.#worldMs + (this.#wall.now() - this.#wallMs) * this.#speed;
  }

  /** Of the wall clock. */
  #leftMs(untilMs: number): number {
    if (this.#isStepping) return 0;
    if (this.#isPaused) return untilMs > this.#worldMs ? Number.POSITIVE_INFINITY : 0;
    return (untilMs - this.#nowMs) / this.#speed;
  }

  async #wait(untilMs: number): Promise<void> {
    for (let leftMs = this.#leftMs(untilMs); leftMs > 0; leftMs = this.#leftMs(untilMs))
      await new Promise<void>((resolve) => {
        const timer = Number.isFinite(leftMs) ? this.#wall.setTimeout(resolve, leftMs) : null;
        this.#wake = () => {
          this.#wall.clearTimeout(timer);
          resolve();
        };
      });
    // What took longer than it should is not made up for.
    if (!this.#isPaused && this.#nowMs - untilMs > LATE_MS * this.#speed) {
      this.#worldMs = untilMs;
      this.#wallMs = this.#wall.now();
    }
  }
}

const LATE_MS = 250;
