import { Subscription } from 'rxjs';
import type { Activity, Radio } from '../../drivers/radio/interface.ts';
import { isHealed } from './healed.ts';
import { afterLook, isWellOver, type NoiseFloor, unknownFloor } from './noise-floor.ts';

/** What was looked for in vain may be there, and may be received. */
const UNSEEN: Activity = { detected: true, receiving: true, rssiDbm: Number.NaN };

/** Who looks whether somebody sends. */
export interface Looking {
  saw(activity: Activity): void;
  failed(fault: unknown): void;
}

/** Looks at the channel, one at a time, and what they make of it. */
export class ChannelLook {
  readonly #radio: Pick<Radio, 'senseActivity'>;
  #floor: NoiseFloor;
  #look = Subscription.EMPTY;

  constructor(radio: Pick<Radio, 'modulation' | 'senseActivity'>) {
    this.#radio = radio;
    this.#floor = unknownFloor(radio.modulation);
  }

  begin({ saw, failed }: Looking): void {
    const look = new Subscription();
    this.#look = look;
    look.add(
      this.#radio.senseActivity().subscribe({
        next: saw,
        error: (fault) => (isHealed(fault) ? saw(UNSEEN) : failed(fault)),
      }),
    );
  }

  leave(): void {
    this.#look.unsubscribe();
  }

  /** Each is told once: where there is but power, it is held against that of the looks before. */
  isBusy({ detected, receiving, rssiDbm }: Activity): boolean {
    if (detected || receiving) return true;
    this.#floor = afterLook(this.#floor, rssiDbm);
    return isWellOver(this.#floor, rssiDbm);
  }
}

/** By what will not be heard, for it collided or had begun before. */
export const isTaken = ({ detected, receiving }: Activity): boolean => detected && !receiving;
