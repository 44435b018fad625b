import { type Observer, Subscription, type Unsubscribable } from 'rxjs';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Step } from './burst.ts';
import type { Grant } from './duty-cycle-grants.ts';

export interface SpeechInput {
  readonly radio: Pick<Radio, 'modulation' | 'transmit'>;
  readonly steps: readonly Step[];
  readonly grant: Grant | null;
  /** Of each frame as its first bit goes out. */
  readonly observer: Observer<Uint8Array>;
  /** The radio is free again; before the observer knows. */
  ended(): void;
}

/**
 * The steps of a burst, one after the other. What is begun goes to its end though nobody waits for
 * it any more, so the radio stays taken until then.
 */
export class Speech {
  readonly #input: SpeechInput;
  #isWanted = true;
  #onAirMs = 0;
  #spoken = 0;
  #step: Unsubscribable = Subscription.EMPTY;

  constructor(input: SpeechInput) {
    this.#input = input;
  }

  begin(): void {
    const step = this.#input.steps[this.#spoken];
    if (step === undefined || !this.#isWanted) this.#end();
    else if (step instanceof Uint8Array) this.#send(step);
    else {
      this.#onAirMs = 0;
      this.#step = step(this);
    }
  }

  /** Nobody waits for it any more. */
  leaveOff(): void {
    this.#isWanted = false;
  }

  /** Nothing happens any more, whatever becomes of what was begun. */
  close(): void {
    this.leaveOff();
    this.#step.unsubscribe();
  }

  #send(frame: Uint8Array): void {
    const { radio, observer } = this.#input;
    this.#onAirMs = airtimeMs(radio.modulation, frame.length);
    observer.next(frame);
    this.#step = radio.transmit(frame).subscribe(this);
  }

  /** A step is over. */
  complete(): void {
    this.#input.grant?.sent(this.#onAirMs);
    this.#spoken += 1;
    this.begin();
  }

  /** A frame that failed may have been on the air. */
  error(fault: unknown): void {
    const { grant, observer } = this.#input;
    grant?.sent(this.#onAirMs);
    this.#over();
    if (this.#isWanted) observer.error(fault);
  }

  #end(): void {
    this.#over();
    if (this.#isWanted) this.#input.observer.complete();
  }

  #over(): void {
    this.#input.grant?.end();
    this.#input.ended();
  }
}
