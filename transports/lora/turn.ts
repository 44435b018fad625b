import type { Observer } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import { Alarm } from './alarm.ts';
import type { Burst, DueAck } from './burst.ts';
import type { ChannelAccess } from './channel-access.ts';
import type { Claim, Purpose } from './duty-cycle-budget.ts';
import type { Grant, Grants } from './duty-cycle-grants.ts';
import type { Leave } from './duty-cycle-leave.ts';
import type { Absences } from './rate-absence.ts';
import type { Speech } from './speech.ts';

/** What a burst waits for, one after the other, before its first bit. */
type State =
  | 'awaitingLeave'
  | 'awaitingAir'
  | 'awaitingPeer'
  | 'awaitingChannel'
  | 'begun'
  | 'withdrawn';

/** A burst to be said. */
export interface Saying {
  readonly burst: Burst;
  readonly purpose: Purpose;
  /** Of each frame as its first bit goes out; it completes when the last one has gone. */
  readonly observer: Observer<Uint8Array>;
}

export interface TurnInput {
  readonly clock: Clock;
  readonly grants: Pick<Grants, 'leave' | 'take'>;
  readonly access: Pick<ChannelAccess, 'clear' | 'leave'>;
  readonly absences: Pick<Absences, 'awayMs'>;
  /** Note what was heard meanwhile. */
  catchUp(): void;
  /** Messages of this radio that are under way or wait. */
  messages(): number;
  /** Whether bursts may go, as far as this radio is concerned. */
  isOurs(): boolean;
  /** All that wait now. */
  readonly waiting: Set<Turn>;
  say(
    steps: Burst['steps'],
    grant: Grant,
    observer: Observer<Uint8Array>,
  ): Pick<Speech, 'begin' | 'leaveOff'>;
}

/**
 * One burst on its way to the air. It begins when the duty cycle lets all of it go, so that nothing
 * stalls in the middle, and this radio, the peer and the channel are free; or at once when it can
 * carry an acknowledgement that is due.
 */
export class Turn {
  readonly #saying: Saying;
  readonly #input: TurnInput;
  readonly #claim: Claim;
  readonly #leave: Leave;
  readonly #peer: Alarm;
  #hasWaitedForPeer = false;
  #speech: ReturnType<TurnInput['say']> | null = null;
  #state: State = 'awaitingLeave';

  constructor(saying: Saying, input: TurnInput) {
    this.#saying = saying;
    this.#input = input;
    this.#claim = { purpose: saying.purpose, airtimeMs: saying.burst.airtimeMs };
    this.#leave = input.grants.leave(this.#claim, {
      complete: () => this.#awaitAir(),
      error: (fault) => this.#fail(fault),
    });
    this.#peer = new Alarm(input.clock);
  }

  begin(): void {
    this.#input.waiting.add(this);
    this.#state = 'awaitingLeave';
    this.#leave.await();
  }

  /** Whose the air is may have changed. */
  look(): void {
    const isOurs = this.#input.isOurs();
    if (this.#state === 'awaitingAir' && isOurs) this.#approach();
    else if (!isOurs && (this.#state === 'awaitingPeer' || this.#state === 'awaitingChannel'))
      this.#retreat('awaitingAir');
  }

  /** Whether it goes at once, with this acknowledgement. */
  carry(due: DueAck): boolean {
    const burst = this.#saying.burst.carrying(due);
    if (burst === null) return false;
    const grant = this.#input.grants.take({ ...this.#claim, airtimeMs: burst.airtimeMs });
    if (grant === null) return false;
    this.#say(burst, grant);
    return true;
  }

  /** A frame once begun goes to its end. */
  withdraw(): void {
    if (this.#state === 'begun') this.#speech?.leaveOff();
    else this.#end('withdrawn');
  }

  #awaitAir(): void {
    this.#state = 'awaitingAir';
    this.look();
  }

  #approach(): void {
    this.#state = 'awaitingPeer';
    this.#hasWaitedForPeer = false;
    this.#input.catchUp();
    // What was heard may have been the answer.
    if (this.#state === 'awaitingPeer' && !this.#waitsForPeer()) this.#awaitChannel();
  }

  /** Only once: anybody can announce that a peer leaves, and to speak in vain costs but a silence. */
  #waitsForPeer(): boolean {
    const awayMs = this.#input.absences.awayMs(this.#saying.burst.dst);
    if (awayMs <= 0 || this.#hasWaitedForPeer) return false;
    this.#hasWaitedForPeer = true;
    this.#state = 'awaitingPeer';
    this.#peer.set(awayMs, () => this.#awaitChannel());
    return true;
  }

  #awaitChannel(): void {
    this.#state = 'awaitingChannel';
    const { purpose, airtimeMs } = this.#claim;
    this.#input.access.clear(
      { isUrgent: purpose === 'high', messages: this.#input.messages(), airtimeMs },
      { complete: () => this.#cleared(), error: (fault) => this.#fail(fault) },
    );
  }

  /** Meanwhile the peer may have left, and leave may have gone to acknowledgements. */
  #cleared(): void {
    if (this.#waitsForPeer()) return;
    const grant = this.#input.grants.take(this.#claim);
    if (grant === null) this.begin();
    else this.#say(this.#saying.burst, grant);
  }

  #say({ steps }: Burst, grant: Grant): void {
    this.#end('begun');
    this.#speech = this.#input.say(steps, grant, this.#saying.observer);
    this.#speech.begin();
  }

  #fail(fault: unknown): void {
    this.#end('withdrawn');
    this.#saying.observer.error(fault);
  }

  #end(state: State): void {
    this.#retreat(state);
    this.#leave.giveUp();
    this.#input.waiting.delete(this);
  }

  #retreat(state: State): void {
    if (this.#state === 'awaitingChannel') this.#input.access.leave();
    this.#state = state;
    this.#peer.clear();
  }
}
