import type { Observer } from 'rxjs';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { Alarm } from './alarm.ts';
import type { DueAck, Step } from './burst.ts';
import type { Grant } from './duty-cycle-grants.ts';
import type { Ending } from './ending.ts';
import { encodeFrame } from './frame.ts';
import { Speech } from './speech.ts';
import type { Timing } from './timing.ts';
import { type Saying, Turn, type TurnInput } from './turn.ts';

/** Each takes some airtime, in which nobody can ask for more: more wait only where somebody forges. */
const MAX_ACKS_DUE = 8;

export interface AirInput extends Omit<TurnInput, 'isOurs' | 'waiting' | 'say'> {
  readonly radio: Pick<Radio, 'modulation' | 'transmit' | 'tune'>;
  readonly timing: Pick<Timing, 'turnaroundMs' | 'yieldMs'>;
}

interface Tuning {
  readonly modulation: Modulation;
  readonly observer: Ending;
}

/** Whose turn it is on this radio: acknowledgements first, then other rates, then bursts. */
export class Air {
  readonly #input: AirInput;
  readonly #turnInput: TurnInput;
  readonly #waiting = new Set<Turn>();
  readonly #tunings: Tuning[] = [];
  /** The first is on its way. */
  readonly #acksDue: DueAck[] = [];
  readonly #turnaround: Alarm;
  readonly #yield: Alarm;
  #hasTurnedRound = false;
  #isYielding = false;
  #isHeld = false;
  #isClosed = false;
  #speech: Speech | null = null;

  constructor(input: AirInput) {
    this.#input = input;
    this.#turnaround = new Alarm(input.clock);
    this.#yield = new Alarm(input.clock);
    this.#turnInput = {
      ...input,
      isOurs: () => this.#isFree && !this.#isYielding && !this.#isHeld,
      waiting: this.#waiting,
      say: (steps, grant, observer) => this.#say(steps, grant, observer),
    };
  }

  /** A burst that goes as soon as it may; it waits from when it is begun. */
  turn(saying: Saying): Turn {
    return new Turn(saying, this.#turnInput);
  }

  /**
   * Sent after the turnaround, whoever else is heard: the peer waits for nothing else. A burst
   * that waits and can carry it goes instead. Where it asks for more, own bursts leave the peer
   * time to go on in: both would otherwise sense the channel at the same moment, find it free,
   * and collide again and again. Where the duty cycle has no room for it now, or eight are due, it
   * is left out: the peer asks again.
   */
  acknowledge(due: DueAck): void {
    if (this.#acksDue.length >= MAX_ACKS_DUE) return;
    this.#acksDue.push(due);
    this.#goOn();
    if (this.#acksDue.length === 1) this.#turnRound();
  }

  /** Another rate, as soon as nothing is being sent and no acknowledgement is due. */
  tune(modulation: Modulation, observer: Ending): void {
    this.#tunings.push({ modulation, observer });
    this.#goOn();
  }

  /** No burst begins while it is held. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#goOn();
  }

  close(): void {
    this.#isClosed = true;
    this.#turnaround.clear();
    this.#yield.clear();
    this.#speech?.close();
  }

  get #isFree(): boolean {
    return this.#speech === null && this.#acksDue.length === 0;
  }

  /** Whoever may, now that something has changed. */
  #goOn(): void {
    if (this.#isClosed) return;
    if (this.#hasTurnedRound && this.#speech === null) this.#answer();
    while (this.#isFree && this.#tunings.length > 0) this.#retune(this.#tunings.shift() as Tuning);
    for (const turn of this.#waiting) turn.look();
  }

  #say(steps: readonly Step[], grant: Grant | null, observer: Observer<Uint8Array>): Speech {
    const ended = (): void => {
      this.#speech = null;
      this.#goOn();
    };
    this.#speech = new Speech({ radio: this.#input.radio, steps, grant, observer, ended });
    this.#goOn();
    return this.#speech;
  }

  #retune({ modulation, observer }: Tuning): void {
    const tune: Step = (ending) => this.#input.radio.tune(modulation).subscribe(ending);
    this.#say([tune], null, { ...observer, next: () => {} }).begin();
  }

  #turnRound(): void {
    this.#turnaround.set(this.#input.timing.turnaroundMs, () => {
      this.#hasTurnedRound = true;
      this.#goOn();
    });
  }

  #answer(): void {
    this.#hasTurnedRound = false;
    const [due] = this.#acksDue;
    if (due === undefined) return;
    const answered = (): void => this.#answered(due);
    for (const turn of this.#waiting)
      if (turn.carry(due)) {
        answered();
        return;
      }
    const ack = encodeFrame(due.frame);
    const onAirMs = airtimeMs(this.#input.radio.modulation, ack.length);
    const source = due.frame.dst;
    const grant = this.#input.grants.take({ purpose: 'ack', airtimeMs: onAirMs, source });
    const observer = { next: () => {}, complete: answered, error: answered };
    if (grant === null) answered();
    else this.#say([ack], grant, observer).begin();
  }

  #answered({ asksForMore }: DueAck): void {
    if (asksForMore) this.#yieldToPeer();
    this.#acksDue.shift();
    this.#goOn();
    if (this.#acksDue.length > 0) this.#turnRound();
  }

  #yieldToPeer(): void {
    this.#isYielding = true;
    this.#yield.set(this.#input.timing.yieldMs, () => {
      this.#isYielding = false;
      this.#goOn();
    });
  }
}
