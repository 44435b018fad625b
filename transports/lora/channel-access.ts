import {
  defer,
  filter,
  ignoreElements,
  type Observable,
  of,
  race,
  type SchedulerLike,
  switchMap,
  take,
  timer,
} from 'rxjs';
import type { Activity, Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import { ChannelWatch } from './channel-watch.ts';
import { type Contention, opposed } from './contention.ts';
import { HiddenNodes } from './contention-hidden.ts';
import { decodeFrame, type Frame } from './frame.ts';
import { whereHealed } from './healed.ts';
import { afterLook, isWellOver, type NoiseFloor, unknownFloor } from './noise-floor.ts';
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
/** What was looked for in vain may be there. */
const UNSEEN: Activity = { detected: true, receiving: false, rssiDbm: Number.NaN };
/** An urgent burst draws from so much less: what is begun ends soon, and what matters goes first. */
const URGENT_SHARE = 1 / 4;

export interface ChannelAccessInput {
  readonly radio: Pick<Radio, 'modulation' | 'receptions' | 'senseActivity'>;
  readonly random: Random;
  readonly scheduler: SchedulerLike;
  readonly timing: Pick<Timing, 'slotMs' | 'guardMs' | 'backOffSlots'>;
  /** Calls `heard` for each frame there was meanwhile. */
  catchUp(): void;
}

/** A burst that is to begin. */
export interface Wanted {
  readonly isUrgent: boolean;
  readonly airtimeMs: number;
}

interface Waiting extends Wanted {
  /** Idle time still to let pass, counted from then on. */
  leftMs: number;
  readonly sinceMs: number;
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
  #floor: NoiseFloor;
  #waiting: Waiting | null = null;

  constructor(input: ChannelAccessInput) {
    this.#input = input;
    this.#watch = new ChannelWatch(input);
    this.#floor = unknownFloor(input.radio.modulation);
  }

  /** Cold: emits when a burst may begin. Until `ended` is called it goes on where it was left. */
  clear(wanted: Wanted): Observable<void> {
    return defer(() => {
      this.#input.catchUp();
      if (this.#waiting === null) this.#watch.wanted(this.#nowMs);
      const { leftMs, wasBusy } = this.#waiting ?? {
        leftMs: this.#draw(this.#watch.contention, wanted.isUrgent),
        wasBusy: false,
      };
      const waiting = { ...wanted, leftMs, sinceMs: this.#nowMs, wasBusy };
      this.#waiting = waiting;
      return this.#untilClear(waiting);
    });
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

  /** Cold: the pause after a message before the next. */
  rest(): Observable<unknown> {
    return defer(() => this.#slots(1 + this.#below(REST_SLOTS) + this.#hold()));
  }

  /** Cold: the pause after so many silences in a row, for it may have been two who spoke at once. */
  backOff(silences: number): Observable<never> {
    return defer(() => {
      if (silences === 0) return of();
      this.#input.catchUp();
      this.#hidden.silence(this.#nowMs);
      const jitter = this.#below(this.#input.timing.backOffSlots(silences) + 1);
      const slots = Math.max(jitter, this.#hold());
      return slots === 0 ? of() : this.#slots(slots);
    }).pipe(ignoreElements());
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

  #untilClear(waiting: Waiting): Observable<void> {
    return defer(() => {
      this.#input.catchUp();
      if (this.#isReserved) this.#foundBusy(waiting);
      const waitMs = this.#countedFromMs(waiting) + waiting.leftMs - this.#nowMs;
      const isPatient = !this.#watch.isNeverClear(this.#nowMs);
      if (waitMs > LEAST_WAIT_MS && isPatient) return this.#goOn(this.#after(waitMs), waiting);
      return this.#input.radio.senseActivity().pipe(
        whereHealed(of(UNSEEN)),
        switchMap((activity) => {
          this.#input.catchUp();
          const isBusy = this.#isBusy(activity);
          if (this.#watch.isNeverClear(this.#nowMs)) return this.#begin(waiting);
          if (this.#isReserved) return this.#untilClear(waiting);
          if (!isBusy) return this.#begin(waiting);
          this.#foundBusy(waiting);
          const slots = LEAST_PAUSE_SLOTS + this.#below(MORE_PAUSE_SLOTS);
          return this.#goOn(race(this.#slots(slots), this.#nextFrame()), waiting);
        }),
      );
    });
  }

  #goOn(pause: Observable<unknown>, waiting: Waiting): Observable<void> {
    return pause.pipe(switchMap(() => this.#untilClear(waiting)));
  }

  /** Of the link: it says how long the channel goes on being others', so that not all look at once. */
  #nextFrame(): Observable<unknown> {
    const { receptions } = this.#input.radio;
    return receptions.pipe(
      filter(({ frame }) => decodeFrame(frame) !== null),
      take(1),
    );
  }

  #after(waitMs: number): Observable<unknown> {
    return timer(waitMs, this.#input.scheduler);
  }

  #isBusy({ detected, receiving, rssiDbm }: Activity): boolean {
    if (detected || receiving) return true;
    this.#floor = afterLook(this.#floor, rssiDbm);
    return isWellOver(this.#floor, rssiDbm);
  }

  #foundBusy(waiting: Waiting): void {
    if (!waiting.wasBusy && waiting.leftMs === 0) this.#drawAnew(waiting);
    waiting.wasBusy = true;
  }

  #begin({ airtimeMs, wasBusy }: Waiting): Observable<void> {
    this.#waiting = null;
    this.#hidden.said(airtimeMs / this.#input.timing.slotMs, this.#nowMs);
    this.#watch.taken(this.#nowMs, wasBusy);
    return of(undefined);
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
    waiting.leftMs = this.#draw(opposed(this.#watch.contention), waiting.isUrgent);
  }

  /** Idle time to let pass; none where nobody else is. */
  #draw({ windowSlots }: Contention, isUrgent: boolean): number {
    if (windowSlots === 1) return 0;
    const slots = windowSlots * (isUrgent ? URGENT_SHARE : 1);
    return (this.#below(FINENESS) / FINENESS) * slots * this.#input.timing.slotMs;
  }

  #hold(): number {
    return this.#hidden.hold((bound) => this.#below(bound));
  }

  #slots(count: number): Observable<unknown> {
    return this.#after(count * this.#input.timing.slotMs);
  }

  #below(bound: number): number {
    return randomBelow(this.#input.random, bound);
  }

  get #nowMs(): number {
    return this.#input.scheduler.now();
  }
}
