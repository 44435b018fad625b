import type { Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Reception } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { type Heard, heardAt, type Position } from './propagation.ts';
import type { Departure, Outcome, Transmission } from './transmission.ts';

/** A radio as the channel knows it. */
export interface Member {
  readonly id: string;
  readonly position: Position;
  readonly modulation: Modulation;
  readonly joinedMs: number;
  readonly receptions: Subject<Reception>;
}

/** A frame that is on the air now. */
interface Ongoing {
  readonly sender: Member;
  readonly frame: Uint8Array;
  readonly startMs: number;
  readonly endMs: number;
  /** Every other frame that shared some of its time. */
  readonly overlapping: Ongoing[];
}

export interface ChannelInput {
  readonly clock: Clock;
  readonly transmissions: Subject<Transmission>;
  /** Whether a frame that would arrive is lost at this receiver. */
  readonly isLost: (departure: Departure, receiverId: string) => boolean;
}

/** Radios of one frequency, bandwidth and spreading factor: those that hear each other. */
export class Channel {
  readonly #input: ChannelInput;
  readonly #members = new Set<Member>();
  readonly #onAir = new Set<Ongoing>();

  constructor(input: ChannelInput) {
    this.#input = input;
  }

  join(member: Member): void {
    this.#members.add(member);
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Put a frame on the air; `done` is called when its last bit has gone. */
  begin(sender: Member, frame: Uint8Array, done: () => void): void {
    const { clock } = this.#input;
    const startMs = clock.now();
    const durationMs = airtimeMs(sender.modulation, frame.length);
    const endMs = startMs + durationMs;
    const overlapping = [...this.#onAir].filter((other) => other.endMs > startMs);
    const ongoing = { sender, frame: frame.slice(), startMs, endMs, overlapping };
    for (const other of overlapping) other.overlapping.push(ongoing);
    this.#onAir.add(ongoing);
    clock.setTimeout(() => {
      this.#end(ongoing);
      done();
    }, durationMs);
  }

  /** Whether somebody in reach of this radio has been sending ever since, and still is. */
  isBusyFor(listener: Member, sinceMs: number): boolean {
    const nowMs = this.#input.clock.now();
    for (const { sender, startMs, endMs } of this.#onAir) {
      const throughout = startMs <= sinceMs && endMs > nowMs;
      if (throughout && sender !== listener && hears(listener, sender).audible) return true;
    }
    return false;
  }

  #end(ongoing: Ongoing): void {
    this.#onAir.delete(ongoing);
    const { sender, frame, startMs, endMs } = ongoing;
    const departure = { radioId: sender.id, frame, startMs };
    const outcomes = new Map<string, Outcome>();
    const arrivals: [Member, Heard][] = [];
    for (const receiver of this.#members) {
      if (receiver === sender || receiver.joinedMs > startMs) continue;
      const heard = hears(receiver, sender);
      if (!heard.audible) continue;
      const outcome = this.#outcome(ongoing, departure, receiver);
      outcomes.set(receiver.id, outcome);
      if (outcome === 'received') arrivals.push([receiver, heard]);
    }
    const transmission = { ...departure, endMs, airtimeMs: endMs - startMs, outcomes };
    this.#input.transmissions.next(transmission);
    for (const [receiver, { rssiDbm, snrDb }] of arrivals) {
      receiver.receptions.next({ frame: frame.slice(), startMs, endMs, rssiDbm, snrDb });
    }
  }

  #outcome({ overlapping }: Ongoing, departure: Departure, receiver: Member): Outcome {
    if (overlapping.some((other) => other.sender === receiver)) return 'half-duplex';
    if (overlapping.some((other) => hears(receiver, other.sender).audible)) return 'collision';
    return this.#input.isLost(departure, receiver.id) ? 'loss' : 'received';
  }
}

const hears = (receiver: Member, sender: Member): Heard =>
  heardAt(sender.position, receiver.position, sender.modulation);
