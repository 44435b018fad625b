import { Observable, Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Modulation, Radio, Reception } from '../../drivers/radio/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { symbolMs } from '../../transports/lora/airtime.ts';
import { MAX_FRAME_BYTES } from '../../transports/lora/frame.ts';
import type { Channel, Member } from './channel.ts';
import type { Position } from './propagation.ts';

/** Symbols a channel activity detection takes (SX1276 datasheet, Channel Activity Detection). */
const SENSING_SYMBOLS = 2;

export interface SimulatedRadioInput {
  readonly id: string;
  readonly position: Position;
  readonly modulation: Modulation;
  readonly channel: Channel;
  readonly clock: Clock;
}

/** A radio on the simulated medium. What it has begun to send stays on the air. */
export class SimulatedRadio implements Radio {
  readonly modulation: Modulation;
  readonly receptions = new Subject<Reception>();
  readonly #channel: Channel;
  readonly #clock: Clock;
  readonly #member: Member;
  #state: 'listening' | 'sensing' | 'sending' | 'closed' = 'listening';

  constructor({ id, position, modulation, channel, clock }: SimulatedRadioInput) {
    this.modulation = modulation;
    this.#channel = channel;
    this.#clock = clock;
    const { receptions } = this;
    this.#member = { id, position, modulation, joinedMs: clock.now(), receptions };
    channel.join(this.#member);
  }

  transmit(frame: Uint8Array): Observable<never> {
    return new Observable((subscriber) => {
      this.#requireListening();
      requireLength(frame);
      this.#state = 'sending';
      this.#channel.begin(this.#member, frame, () => {
        if (this.#state === 'sending') this.#state = 'listening';
        subscriber.complete();
      });
    });
  }

  senseActivity(): Observable<boolean> {
    return new Observable((subscriber) => {
      this.#requireListening();
      this.#state = 'sensing';
      const sinceMs = this.#clock.now();
      const timer = this.#clock.setTimeout(() => {
        if (this.#state === 'sensing') this.#state = 'listening';
        subscriber.next(this.#channel.isBusyFor(this.#member, sinceMs));
        subscriber.complete();
      }, SENSING_SYMBOLS * symbolMs(this.modulation));
      return () => {
        this.#clock.clearTimeout(timer);
        if (this.#state === 'sensing') this.#state = 'listening';
      };
    });
  }

  close(): void {
    this.#state = 'closed';
    this.#channel.leave(this.#member);
    this.receptions.complete();
  }

  #requireListening(): void {
    if (this.#state === 'listening') return;
    throw new TiesError('RADIO_BUSY', `The radio is ${this.#state}: wait until it listens.`);
  }
}

const requireLength = ({ length }: Uint8Array): void => {
  if (length >= 1 && length <= MAX_FRAME_BYTES) return;
  throw new TiesError(
    'RADIO_FRAME_LENGTH',
    `A LoRa frame has 1 to ${MAX_FRAME_BYTES} B, this one ${length}: let the link fragment it.`,
  );
};
