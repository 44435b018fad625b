import { defer, type Observable, of, type SchedulerLike, switchMap, timer } from 'rxjs';
import { BROADCAST } from './interface.ts';

/** So many are kept, whoever returns first making room: announcements may come from anybody. */
const MAX_ABSENT = 32;

/** Who was heard to leave for another rate, and until when; it is no use to speak to them. */
export class Absences {
  readonly #scheduler: SchedulerLike;
  readonly #untilMs = new Map<number, number>();

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  note(address: number, untilMs: number): void {
    this.#untilMs.set(address, Math.max(untilMs, this.#untilMs.get(address) ?? 0));
    if (this.#untilMs.size <= MAX_ABSENT) return;
    const [first] = [...this.#untilMs].toSorted(([, a], [, b]) => a - b);
    if (first !== undefined) this.#untilMs.delete(first[0]);
  }

  /** Emits once the channel is clear while this address, or everybody, is at the base rate. */
  whenBack(address: number, clear: Observable<void>): Observable<void> {
    return defer(() => {
      const awayMs = this.#awayMs(address);
      const again = defer(() => this.whenBack(address, clear));
      if (awayMs > 0) return timer(awayMs, this.#scheduler).pipe(switchMap(() => again));
      return clear.pipe(switchMap(() => (this.#awayMs(address) > 0 ? again : of(undefined))));
    });
  }

  #awayMs(address: number): number {
    const untilMs =
      address === BROADCAST
        ? Math.max(0, ...this.#untilMs.values())
        : (this.#untilMs.get(address) ?? 0);
    return untilMs - this.#scheduler.now();
  }
}
