import type { Clock } from '../../drivers/clock/interface.ts';
import { BROADCAST } from './interface.ts';

/** So many are kept, whoever returns first making room: announcements may come from anybody. */
const MAX_ABSENT = 32;

/** Who was heard to leave for another rate, and until when; it is no use to speak to them. */
export class Absences {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #untilMs = new Map<number, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  note(address: number, untilMs: number): void {
    this.#untilMs.set(address, Math.max(untilMs, this.#untilMs.get(address) ?? 0));
    if (this.#untilMs.size <= MAX_ABSENT) return;
    const [first] = [...this.#untilMs].toSorted(([, a], [, b]) => a - b);
    if (first !== undefined) this.#untilMs.delete(first[0]);
  }

  /** Until this address, or everybody, is back at the base rate; none are left where it is 0. */
  awayMs(address: number): number {
    const untilMs =
      address === BROADCAST
        ? Math.max(0, ...this.#untilMs.values())
        : (this.#untilMs.get(address) ?? 0);
    return Math.max(0, untilMs - this.#clock.now());
  }
}
