import { Subscription } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Activity, Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { Alarm } from './alarm.ts';
import { ChannelLook, isTaken } from './channel-look.ts';
import { ChannelWatch } from './channel-watch.ts';
import { type Contention, opposed } from './contention.ts';
import { HiddenNodes } from './contention-hidden.ts';
import type { Ending } from './ending.ts';
import { decodeFrame, type Frame } from './frame.ts';
import { randomBelow } from './random-below.ts';
import type { Timing } from './timing.ts';

/** After a message one to so many slots are left free, for the peer may have something to say. */
const REST_SLOTS = 3;
/** A busy channel is looked at again after so many slots and up to so many more, or at a frame's end. */
const LEAST_PAUSE_SLOTS = 4;
const MORE_PAUSE_SLOTS = 8;
/** Shorter is a rounding error, and no timer's business. */
const LEAST_WAIT_MS = 1e-3;
/** An idle time is drawn to so fine a part: those who begin in the same moment collide. */
const FINENESS = 2 ** 16;
/** An urgent burst draws from so much less: what is begun ends soon, and what matters goes first. */
const URGENT_SHARE = 1 / 4;

export interface ChannelAccessInput {
  readonly radio: Pick<Radio, 'modulation' | 'receptions' | 'senseActivity'>;
  readonly random: Random;
  readonly clock: Clock;
  readonly timing: Pick<Timing, 'slotMs' | 'guardMs' | 'backOffSlots'>;
  /** Calls `heard` for each frame there was meanwhile. */
  catchUp(): void;
}

/** A burst that is to begin. */
export interface Wanted {
  readonly isUrgent: boolean;
  /** This one and those that wait behind it. */
  readonly messages: number;
  readonly airtimeMs: number;
}

interface Waiting extends Wanted {
  /** Idle time still to let pass, counted from then on. */
  leftMs: number;
  sinceMs: number;
  wasBusy: boolean;
}

/**
 * Listen before talk. An idle channel is taken at once. One that was found busy is waited for, and
 * then taken after an idle time drawn from the contention window; what others send in between does
 * not count (as in IEEE 802.11's distributed coordination function). It is not looked at while it
 * is waited for, because a look is deaf to a frame that begins: what is heard tells how long it was
 * idle, and one look tells whether it still is.
 */
export class ChannelAccess {
  readonly #input: ChannelAccessInput;
  readonly #watch: ChannelWatch;
  readonly #hidden = new HiddenNodes();
  readonly #look: ChannelLook;
  #waiting: Waiting | null = null;
  /** Of who waits at the moment. */
  #ending: Ending | null = null;
  readonly #pause: Alarm;
  #nextFrame = Subscription.EMPTY;

  constructor(input: ChannelAccessInput) {
    this.#input = input;
    this.#watch = new ChannelWatch(input);
    this.#look = new ChannelLook(input.radio);
    this.#pause = new Alarm(input.clock);
  }

  /** Completes when a burst may begin, one at a time. Errors as the radio does. */
  clear(wanted: Wanted, ending: Ending): void {
    this.#ending = ending;
    this.#input.catchUp();
    // What was heard may have been what it waits for.
    if (this.#ending !== ending) return;
    if (this.#waiting === null) this.#watch.wanted(this.#nowMs);
    const { leftMs, wasBusy } = this.#waiting ?? {
      leftMs: this.#draw(this.#watch.contention, wanted),
      wasBusy: false,
    };
    const waiting = { ...wanted, leftMs, sinceMs: this.#nowMs, wasBusy };
    this.#waiting = waiting;
    this.#untilClear(waiting);
  }

  /** Do not wait any more. What was waited counts next time, until `ended` is called. */
  leave(): void {
    this.#ending = null;
    this.#pause.clear();
    this.#nextFrame.unsubscribe();
    this.#look.leave();
  }

  /** A message was acknowledged. */
  delivered(): void {
    this.#hidden.delivered();
  }

  /** It is over, and nothing waits for the channel any more. */
  ended(): void {
    this.#input.catchUp();
    this.#watch.ended(this.#nowMs);
    this.#waiting = null;
  }

  /** The pause after a message before the next. */
  restMs(): number {
    return (1 + this.#below(REST_SLOTS) + this.#hold()) * this.#input.timing.slotMs;
  }

  /** The pause after so many silences in a row, for it may have been two who spoke at once. */
  backOffMs(silences: number): number {
    if (silences === 0) return 0;
    this.#input.catchUp();
    this.#hidden.silence(this.#nowMs);
    const jitter = this.#below(this.#input.timing.backOffSlots(silences) + 1);
    return Math.max(jitter, this.#hold()) * this.#input.timing.slotMs;
  }

  /** A frame was heard, whoever it was for. */
  heard(frame: Frame, reception: Pick<Reception, 'startMs' | 'endMs'>, isForUs: boolean): void {
    if (frame.type !== 'ack') this.#hidden.heard(frame.src);
    else if (!isForUs) this.#hidden.acknowledged(frame.dst, reception.endMs);
    if (this.#waiting !== null) this.#countIdle(this.#waiting, reception.startMs);
    this.#watch.heard(frame, reception, isForUs);
  }

  /** What there was before then is not known. */
  missed(untilMs: number): void {
    this.#watch.missed(untilMs);
  }

  #untilClear(waiting: Waiting): void {
    this.#input.catchUp();
    if (this.#hasLeft(waiting)) return;
    if (this.#isReserved) this.#foundBusy(waiting);
    const waitMs = this.#countedFromMs(waiting) + waiting.leftMs - this.#nowMs;
    const patienceMs = this.#watch.neverClearMs - this.#nowMs;
    const leastMs = Math.min(waitMs, patienceMs);
    if (leastMs > LEAST_WAIT_MS) this.#pause.set(leastMs, () => this.#untilClear(waiting));
    else this.#lookAt(waiting);
  }

  #lookAt(waiting: Waiting): void {
    this.#look.begin({
      saw: (activity) => this.#saw(activity, waiting),
      failed: (fault) => this.#fail(fault),
    });
  }

  #saw(activity: Activity, waiting: Waiting): void {
    this.#input.catchUp();
    if (this.#hasLeft(waiting)) return;
    const isBusy = this.#look.isBusy(activity);
    if (this.#nowMs >= this.#watch.neverClearMs) this.#begin(waiting);
    else if (this.#isReserved) this.#untilClear(waiting);
    else if (!isBusy) this.#begin(waiting);
    else {
      this.#foundBusy(waiting);
      if (isTaken(activity)) this.#foundTaken(waiting);
      else this.#goOnAfter(LEAST_PAUSE_SLOTS + this.#below(MORE_PAUSE_SLOTS), waiting);
    }
  }

  /**
   * Or after the next frame of the link: it says how long the channel goes on being others', so
   * that not all look at once.
   */
  #goOnAfter(slots: number, waiting: Waiting): void {
    const goOn = (): void => {
      this.#pause.clear();
      this.#nextFrame.unsubscribe();
      this.#untilClear(waiting);
    };
    this.#pause.set(slots * this.#input.timing.slotMs, goOn);
    this.#nextFrame = this.#input.radio.receptions.subscribe(({ frame }) => {
      if (decodeFrame(frame) !== null) goOn();
    });
  }

  #hasLeft(waiting: Waiting): boolean {
    return this.#ending === null || this.#waiting !== waiting;
  }

  #foundBusy(waiting: Waiting): void {
    if (!waiting.wasBusy && waiting.leftMs === 0) this.#drawAnew(waiting);
    waiting.wasBusy = true;
  }

  /**
   * By what will not be heard. Nobody can tell when it ends, and all who looked again and again
   * until then would begin together: so the wait begins anew.
   */
  #foundTaken(waiting: Waiting): void {
    this.#watch.foundTaken(this.#nowMs);
    waiting.sinceMs = this.#nowMs + LEAST_PAUSE_SLOTS * this.#input.timing.slotMs;
    this.#drawAnew(waiting);
    this.#untilClear(waiting);
  }

  #begin({ airtimeMs, wasBusy }: Waiting): void {
    const ending = this.#ending;
    this.leave();
    this.#waiting = null;
    this.#hidden.said(airtimeMs / this.#input.timing.slotMs, this.#nowMs);
    this.#watch.taken(this.#nowMs, wasBusy);
    ending?.complete();
  }

  #fail(fault: unknown): void {
    const ending = this.#ending;
    this.leave();
    ending?.error(fault);
  }

  #countIdle(waiting: Waiting, untilMs: number): void {
    waiting.leftMs -= Math.max(0, untilMs - this.#countedFromMs(waiting));
    // Its turn has passed unseen, and would now be that of all whom this befell.
    if (waiting.leftMs <= 0) this.#drawAnew(waiting);
  }

  #countedFromMs({ sinceMs }: Waiting): number {
    return Math.max(sinceMs, this.#watch.reservedUntilMs);
  }

  get #isReserved(): boolean {
    return this.#nowMs < this.#watch.reservedUntilMs;
  }

  #drawAnew(waiting: Waiting): void {
    waiting.leftMs = this.#draw(opposed(this.#watch.contention), waiting);
  }

  /**
   * Idle time to let pass; none where nobody else is. Shares are of messages: whom many ask has as
   * much to answer as all of them to ask.
   */
  #draw({ windowSlots }: Contention, { isUrgent, messages }: Wanted): number {
    if (windowSlots === 1) return 0;
    const slots = (windowSlots * (isUrgent ? URGENT_SHARE : 1)) / messages;
    return (this.#below(FINENESS) / FINENESS) * slots * this.#input.timing.slotMs;
  }

  #hold(): number {
    return this.#hidden.hold((bound) => this.#below(bound));
  }

  #below(bound: number): number {
    return randomBelow(this.#input.random, bound);
  }

  get #nowMs(): number {
    return this.#input.clock.now();
  }
}
