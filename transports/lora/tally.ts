import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Delivery } from './interface.ts';

type Tuned = Pick<Radio, 'modulation'>;

/** Adds up what one message takes, frame by frame. */
export class DeliveryTally {
  readonly #radio: Tuned;
  readonly #time: Pick<Clock, 'now'>;
  #startMs: number | undefined;
  #frames = 0;
  #bytes = 0;
  #airtimeMs = 0;

  constructor(radio: Tuned, time: Pick<Clock, 'now'>) {
    this.#radio = radio;
    this.#time = time;
  }

  /** A frame whose first bit goes out now. */
  add(frame: Uint8Array): void {
    this.#startMs ??= this.#time.now();
    this.#frames += 1;
    this.#bytes += frame.length;
    this.#airtimeMs += airtimeMs(this.#radio.modulation, frame.length);
  }

  delivery(): Delivery {
    const endMs = this.#time.now();
    return {
      startMs: this.#startMs ?? endMs,
      endMs,
      frames: this.#frames,
      bytes: this.#bytes,
      airtimeMs: this.#airtimeMs,
    };
  }
}
