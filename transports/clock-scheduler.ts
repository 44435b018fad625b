import { type SchedulerAction, type SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from '../drivers/clock/interface.ts';

type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

class ClockAction<T> extends Subscription implements SchedulerAction<T> {
  readonly #clock: Clock;
  readonly #work: Work<T>;
  #timer: unknown;

  constructor(clock: Clock, work: Work<T>) {
    super(() => this.#clock.clearTimeout(this.#timer));
    this.#clock = clock;
    this.#work = work;
  }

  schedule(state?: T, delayMs = 0): Subscription {
    this.#clock.clearTimeout(this.#timer);
    if (!this.closed) {
      this.#timer = this.#clock.setTimeout(() => this.#work.call(this, state), delayMs);
    }
    return this;
  }
}

/** RxJS time from the injected clock, so operators wait in virtual time as everything else does. */
export const clockScheduler = (clock: Clock): SchedulerLike => ({
  now: () => clock.now(),
  schedule: <T>(work: Work<T>, delayMs = 0, state?: T) =>
    new ClockAction(clock, work).schedule(state, delayMs),
});
