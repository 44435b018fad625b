import {
  BehaviorSubject,
  concat,
  defer,
  EMPTY,
  filter,
  type Observable,
  retry,
  type SchedulerLike,
  Subscription,
  switchMap,
  timer,
} from 'rxjs';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Air } from './air.ts';
import type { AnnounceFrame } from './frame.ts';
import type { Timing } from './timing.ts';

/** A radio that refuses the base rate is asked again after so long, for without it one is deaf. */
const RETUNE_MS = 1000;

export interface RateShiftInput {
  readonly air: Pick<Air, 'tune'>;
  readonly radio: Pick<Radio, 'tune' | 'senseActivity'>;
  readonly base: Modulation;
  readonly timing: Pick<Timing, 'guardMs'>;
  readonly scheduler: SchedulerLike;
}

/** What an announcement says of the frames to come. */
export type Announced = Pick<AnnounceFrame, 'frames' | 'frameBytes'>;

/** How long announced frames take at most. */
export const announcedMs = (modulation: Modulation, { frames, frameBytes }: Announced): number =>
  frames * airtimeMs(modulation, frameBytes);

/** This radio's time at another rate than the one all listen on: as a sender, or announced to it. */
export class RateShift {
  readonly #input: RateShiftInput;
  readonly #away = new BehaviorSubject(false);
  readonly #open = new Subscription();
  #isReturning = false;
  #expected: { readonly modulation: Modulation; readonly announced: Announced } | null = null;
  #deadline = Subscription.EMPTY;

  constructor(input: RateShiftInput) {
    this.#input = input;
  }

  /** Whether the base rate is left; emits at once and on each change. */
  get away(): Observable<boolean> {
    return this.#away;
  }

  get isAway(): boolean {
    return this.#away.value;
  }

  /** Cold: leave for this rate in the middle of an own burst. */
  leave(modulation: Modulation): Observable<never> {
    return defer(() => {
      this.#away.next(true);
      return this.#input.radio.tune(modulation);
    });
  }

  /**
   * Listen at the rate announced, for as long as the frames can take; but not if nobody speaks
   * there in the middle of what would be the first, for anybody can announce.
   */
  follow(modulation: Modulation, announced: Announced): void {
    if (this.#away.value) return;
    const { air, radio, timing, scheduler } = this.#input;
    const expected = { modulation, announced };
    const middleMs = timing.guardMs + airtimeMs(modulation, announced.frameBytes) / 2;
    this.#away.next(true);
    this.#expected = expected;
    const inVain = timer(middleMs, scheduler).pipe(
      switchMap(() => (this.#expected === expected ? radio.senseActivity() : EMPTY)),
      filter(({ detected, receiving }) => !(detected || receiving)),
    );
    this.#open.add(
      concat(air.tune(modulation), inVain).subscribe({
        next: () => this.back(),
        error: () => this.back(),
      }),
    );
    this.#returnAfter(timing.guardMs);
  }

  /** An announced frame is here: the others are no longer. */
  heard(): void {
    if (this.#expected === null) return;
    const { modulation, announced } = this.#expected;
    const frames = Math.max(0, announced.frames - 1);
    this.#expected = { modulation, announced: { ...announced, frames } };
    this.#returnAfter(0);
  }

  /** To the base rate, once nothing is being sent and no acknowledgement is due. */
  back(): void {
    this.#deadline.unsubscribe();
    this.#expected = null;
    if (!this.#away.value || this.#isReturning) return;
    this.#isReturning = true;
    const { air, base, scheduler } = this.#input;
    const again = retry<never>({ delay: () => timer(RETUNE_MS, scheduler) });
    this.#open.add(
      air
        .tune(base)
        .pipe(again)
        .subscribe({
          complete: () => {
            this.#isReturning = false;
            this.#away.next(false);
          },
        }),
    );
  }

  close(): void {
    this.#deadline.unsubscribe();
    this.#open.unsubscribe();
  }

  /** Once what is expected is over, at the latest. */
  #returnAfter(beginningMs: number): void {
    if (this.#expected === null) return;
    const { timing, scheduler } = this.#input;
    const { modulation, announced } = this.#expected;
    const forMs = beginningMs + announcedMs(modulation, announced) + timing.guardMs;
    this.#deadline.unsubscribe();
    this.#deadline = timer(forMs, scheduler).subscribe(() => this.back());
  }
}
