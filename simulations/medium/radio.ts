import { defer, EMPTY, NEVER, Observable, Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Activity, Radio, Reception } from '../../drivers/radio/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';
import type { Channel, Member } from './channel.ts';
import type { Position } from './propagation.ts';

/** Symbols a channel activity detection takes (SX1276 datasheet, Channel Activity Detection). */
const SENSING_SYMBOLS = 2;
/** What the chip reads on an empty channel. */
const QUIET_DBM = -120;

export interface SimulatedRadioInput {
  readonly id: string;
  readonly position: Position;
  readonly modulation: Modulation;
  readonly channelOf: (modulation: Modulation) => Channel;
  readonly clock: Clock;
}

/** A radio on the simulated medium. What it has begun to send stays on the air. */
export class SimulatedRadio implements Radio {
  readonly receptions = new Subject<Reception>();
  readonly troubles = NEVER;
  readonly #input: SimulatedRadioInput;
  readonly #clock: Clock;
  #channel: Channel;
  #member: Member;
  #state: 'listening' | 'sensing' | 'sending' | 'closed' = 'listening';

  constructor(input: SimulatedRadioInput) {
    this.#input = input;
    this.#clock = input.clock;
    [this.#channel, this.#member] = this.#listenOn(input.modulation);
  }

  get modulation(): Modulation {
    return this.#member.modulation;
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

  senseActivity(): Observable<Activity> {
    return new Observable((subscriber) => {
      this.#requireListening();
      this.#state = 'sensing';
      const sinceMs = this.#clock.now();
      const timer = this.#clock.setTimeout(() => {
        if (this.#state === 'sensing') this.#state = 'listening';
        const detected = this.#channel.isBusyFor(this.#member, sinceMs);
        subscriber.next({ detected, receiving: false, rssiDbm: QUIET_DBM });
        subscriber.complete();
      }, SENSING_SYMBOLS * symbolMs(this.modulation));
      return () => {
        this.#clock.clearTimeout(timer);
        if (this.#state === 'sensing') this.#state = 'listening';
      };
    });
  }

  tune(modulation: Modulation): Observable<never> {
    return defer(() => {
      this.#requireListening();
      this.#channel.leave(this.#member);
      [this.#channel, this.#member] = this.#listenOn(modulation);
      return EMPTY;
    });
  }

  close(): void {
    this.#state = 'closed';
    this.#channel.leave(this.#member);
    this.receptions.complete();
  }

  #listenOn(modulation: Modulation): [Channel, Member] {
    const { id, position, channelOf } = this.#input;
    const { receptions } = this;
    const member = { id, position, modulation, joinedMs: this.#clock.now(), receptions };
    const channel = channelOf(modulation);
    channel.join(member);
    return [channel, member];
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
