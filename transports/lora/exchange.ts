import type { Observer } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { Alarm } from './alarm.ts';
import { type Answer, isAnswerTo } from './answer.ts';
import { isHealed } from './healed.ts';
import { BROADCAST, type Delivery, type OutgoingMessage } from './interface.ts';
import { Outgoing } from './outgoing.ts';
import { afterAck, afterSilence, isDelivered, isHopeless, type Progress } from './rounds.ts';
import { firstRound, roundOf, type Sending } from './sending.ts';
import { DeliveryTally } from './tally.ts';
import type { Turn } from './turn.ts';
import { Stopwatch } from './turnaround.ts';

/** An answer ends the first three, for it may be to the round before. */
type State = 'backingOff' | 'speaking' | 'listening' | 'deciding' | 'over';

/**
 * One message by selective repeat: rounds of a burst and the wait for its acknowledgement, until
 * nothing is missing or the peer is gone (`LINK_NO_ACK`). A broadcast is one burst.
 */
export class Exchange {
  readonly #message: OutgoingMessage;
  readonly #sending: Sending;
  readonly #observer: Observer<Delivery>;
  readonly #outgoing: Outgoing;
  readonly #tally: DeliveryTally;
  readonly #stopwatch = new Stopwatch();
  readonly #alarm: Alarm;
  readonly #speech: Observer<Uint8Array>;
  #progress: Progress;
  #step = 0;
  #turn: Turn | null = null;
  #state: State = 'backingOff';

  constructor(
    { message, seq }: { readonly message: OutgoingMessage; readonly seq: number },
    sending: Sending,
    observer: Observer<Delivery>,
  ) {
    this.#message = message;
    this.#sending = sending;
    this.#observer = observer;
    this.#outgoing = new Outgoing(message, seq);
    this.#progress = firstRound(message, this.#outgoing.last, sending);
    this.#tally = new DeliveryTally(sending.radio, sending.clock);
    this.#alarm = new Alarm(sending.clock);
    this.#speech = {
      next: (frame) => this.#tally.add(frame),
      complete: () => this.#spoken(),
      error: (fault) => this.#unspoken(fault),
    };
  }

  begin(): void {
    this.#round();
  }

  /** An acknowledgement was heard, of whatever it is. */
  heard(answer: Answer): void {
    const { dst } = this.#message;
    if (this.#state === 'deciding' || this.#state === 'over' || dst === BROADCAST) return;
    if (!isAnswerTo(this.#outgoing.route, answer)) return;
    const { shift, silentPeers } = this.#sending;
    this.#stop('deciding');
    shift.back();
    silentPeers.heard(dst);
    learn(answer, dst, this.#stopwatch, this.#sending);
    this.#goOn(afterAck(this.#progress, answer.bitmap));
  }

  withdraw(): void {
    if (this.#state !== 'over') this.#end();
  }

  #round(): void {
    const progress = this.#progress;
    const { air } = this.#sending;
    const { burst, purpose, step } = roundOf(
      this.#message,
      this.#outgoing,
      progress,
      this.#sending,
    );
    const turn = air.turn({ burst, purpose, observer: this.#speech });
    this.#turn = turn;
    this.#step = step;
    this.#state = 'backingOff';
    const pauseMs = this.#sending.access.backOffMs(progress.silences);
    // What was heard until now may have been the answer.
    if (this.#turn !== turn || this.#state !== 'backingOff') return;
    if (pauseMs === 0) this.#speak(turn);
    else this.#alarm.set(pauseMs, () => this.#speak(turn));
  }

  #speak(turn: Turn): void {
    this.#state = 'speaking';
    turn.begin();
  }

  #spoken(): void {
    if (this.#message.dst === BROADCAST) {
      this.#deliver();
      return;
    }
    const { clock, steps, timing } = this.#sending;
    this.#state = 'listening';
    this.#stopwatch.asked(clock.now());
    const modulation = steps[this.#step] as Modulation;
    const timeoutMs = timing.ackTimeoutMs(this.#outgoing.last, modulation);
    this.#alarm.set(timeoutMs, () => this.#silence());
  }

  /** As lost as on the air, where the radio is well again; but of a broadcast nobody asks for it. */
  #unspoken(fault: unknown): void {
    if (isHealed(fault) && this.#message.dst !== BROADCAST) this.#spoken();
    else this.#fail(fault);
  }

  #silence(): void {
    const { rates, shift, timing } = this.#sending;
    this.#stop('deciding');
    shift.back();
    timing.silent();
    if (this.#step > 0) rates.silent(this.#message.dst);
    this.#goOn(afterSilence(this.#progress));
  }

  #goOn(progress: Progress): void {
    this.#progress = progress;
    if (isDelivered(progress)) this.#deliver();
    else if (isHopeless(progress)) this.#giveUp();
    else this.#round();
  }

  #deliver(): void {
    const { access } = this.#sending;
    access.delivered();
    this.#end();
    this.#observer.next(this.#tally.delivery());
    this.#observer.complete();
  }

  #giveUp(): void {
    const { dst } = this.#message;
    this.#sending.silentPeers.gaveUp(dst);
    this.#fail(noAck(dst));
  }

  #fail(fault: unknown): void {
    this.#end();
    this.#observer.error(fault);
  }

  #end(): void {
    const { access, shift } = this.#sending;
    this.#stop('over');
    if (this.#message.dst !== BROADCAST) shift.back();
    access.ended();
  }

  #stop(state: State): void {
    this.#state = state;
    this.#alarm.clear();
    this.#turn?.withdraw();
  }
}

/** What an answer tells besides: how fast the peer is, and how well it hears. */
const learn = (
  { startMs, snrMargin, spreadingFactor }: Answer,
  peer: number,
  stopwatch: Stopwatch,
  { rates, timing }: Sending,
): void => {
  const turnaroundMs = stopwatch.answered(startMs);
  if (turnaroundMs !== null) timing.measured(turnaroundMs);
  if (snrMargin !== undefined) rates.reported(peer, { snrMargin, spreadingFactor });
};

const noAck = (dst: number): TiesError =>
  new TiesError(
    'LINK_NO_ACK',
    `Nothing heard from 0x${dst.toString(16).padStart(4, '0')}: is it on and in reach?`,
  );
