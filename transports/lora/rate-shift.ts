import { Subscription, type Unsubscribable } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Air } from './air.ts';
import { Alarm } from './alarm.ts';
import type { Ending } from './ending.ts';
import type { AnnounceFrame } from './frame.ts';
import type { Timing } from './timing.ts';

/** A radio that refuses the base rate is asked again after so long, for without it one is deaf. */
const RETUNE_MS = 1000;

export interface RateShiftInput {
  readonly air: Pick<Air, 'tune' | 'hold'>;
  readonly radio: Pick<Radio, 'tune' | 'senseActivity'>;
  readonly base: Modulation;
  readonly timing: Pick<Timing, 'guardMs'>;
  readonly clock: Clock;
}

/** What an announcement says of the frames to come. */
export type Announced = Pick<AnnounceFrame, 'frames' | 'frameBytes'>;

/** How long announced frames take at most. */
export const announcedMs = (modulation: Modulation, { frames, frameBytes }: Announced): number =>
  frames * airtimeMs(modulation, frameBytes);

/** This radio's time at another rate than the one all listen on: as a sender, or announced to it. */
export class RateShift {
  readonly #input: RateShiftInput;
  #isAway = false;
  #isReturning = false;
  #expected: { readonly modulation: Modulation; readonly announced: Announced } | null = null;
  /** What was announced is over then, at the latest; and somebody speaks then, if it is true. */
  readonly #deadline: Alarm;
  readonly #middle: Alarm;
  #look = Subscription.EMPTY;
  readonly #again: Alarm;

  constructor(input: RateShiftInput) {
    this.#input = input;
    this.#deadline = new Alarm(input.clock);
    this.#middle = new Alarm(input.clock);
    this.#again = new Alarm(input.clock);
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** Leave for this rate in the middle of an own burst, and give the peer time to follow. */
  leave(modulation: Modulation, ending: Ending): Unsubscribable {
    this.#be(true);
    const { radio, timing, clock } = this.#input;
    const guard = new Alarm(clock);
    const leaving = new Subscription(() => guard.clear());
    leaving.add(
      radio.tune(modulation).subscribe({
        complete: () => guard.set(timing.guardMs, () => ending.complete()),
        error: (fault) => ending.error(fault),
      }),
    );
    return leaving;
  }

  /**
   * Listen at the rate announced, for as long as the frames can take; but not if nobody speaks
   * there in the middle of what would be the first, for anybody can announce.
   */
  follow(modulation: Modulation, announced: Announced): void {
    if (this.#isAway) return;
    const { air, timing } = this.#input;
    const expected = { modulation, announced };
    const middleMs = timing.guardMs + airtimeMs(modulation, announced.frameBytes) / 2;
    this.#be(true);
    this.#expected = expected;
    air.tune(modulation, {
      complete: () =>
        this.#middle.set(middleMs, () => {
          if (this.#expected === expected) this.#lookForSpeaker();
        }),
      error: () => this.back(),
    });
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
    this.#deadline.clear();
    this.#expected = null;
    if (!this.#isAway || this.#isReturning) return;
    this.#isReturning = true;
    this.#return();
  }

  close(): void {
    for (const alarm of [this.#deadline, this.#middle, this.#again]) alarm.clear();
    this.#look.unsubscribe();
  }

  #be(isAway: boolean): void {
    this.#isAway = isAway;
    this.#input.air.hold(isAway);
  }

  #lookForSpeaker(): void {
    this.#look = this.#input.radio.senseActivity().subscribe({
      next: ({ detected, receiving }) => {
        if (!detected && !receiving) this.back();
      },
      error: () => this.back(),
    });
  }

  #return(): void {
    const { air, base } = this.#input;
    air.tune(base, {
      complete: () => {
        this.#isReturning = false;
        this.#be(false);
      },
      error: () => this.#again.set(RETUNE_MS, () => this.#return()),
    });
  }

  /** Once what is expected is over, at the latest. */
  #returnAfter(beginningMs: number): void {
    if (this.#expected === null) return;
    const { modulation, announced } = this.#expected;
    const { timing } = this.#input;
    const forMs = beginningMs + announcedMs(modulation, announced) + timing.guardMs;
    this.#deadline.set(forMs, () => this.back());
  }
}
