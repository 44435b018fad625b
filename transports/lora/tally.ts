import type { TimestampProvider } from 'rxjs';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Delivery } from './interface.ts';

/** Adds up what one message takes, frame by frame. */
export class DeliveryTally {
  readonly #modulation: Modulation;
  readonly #time: TimestampProvider;
  #startMs: number | undefined;
  #frames = 0;
  #bytes = 0;
  #airtimeMs = 0;

  constructor(modulation: Modulation, time: TimestampProvider) {
    this.#modulation = modulation;
    this.#time = time;
  }

  /** A frame whose first bit goes out now. */
  add(frame: Uint8Array): void {
    this.#startMs ??= this.#time.now();
    this.#frames += 1;
    this.#bytes += frame.length;
    this.#airtimeMs += airtimeMs(this.#modulation, frame.length);
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
