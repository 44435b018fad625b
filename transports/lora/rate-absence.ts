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

  /**
   * Emits once the channel is clear after this address, or everybody, came back to the base rate.
   * It is waited for once: anybody can announce, and to speak in vain costs but a silence.
   */
  whenBack(address: number, clear: Observable<void>): Observable<void> {
    const waited = defer(() => timer(this.#awayMs(address), this.#scheduler)).pipe(
      switchMap(() => clear),
    );
    return defer(() => {
      if (this.#awayMs(address) > 0) return waited;
      return clear.pipe(switchMap(() => (this.#awayMs(address) > 0 ? waited : of(undefined))));
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
