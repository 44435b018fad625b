import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';
import {
  afterIdleSlots,
  type Contention,
  crowded,
  isLongPause,
  opposed,
  uncontended,
} from './contention.ts';
import { reservedMs } from './contention-reservation.ts';
import type { Frame } from './frame.ts';
import type { Timing } from './timing.ts';

/**
 * A channel that was never clear for as long as so many of the longest frames take is used all the
 * same: it is noise, or, where frames are heard, somebody who does not stop.
 */
const NOISE_FRAMES = 8;
const BABBLE_FRAMES = 32;

export interface ChannelWatchInput {
  readonly radio: Pick<Radio, 'modulation'>;
  readonly timing: Pick<Timing, 'slotMs' | 'guardMs'>;
}

/** What the frames that are heard tell of the channel: how long it was idle, and how many share it. */
export class ChannelWatch {
  readonly #input: ChannelWatchInput;
  #contention: Contention = uncontended;
  /** When what was heard last and what belongs to it is over; `null` from an own burst until then. */
  #idleSinceMs: number | null = null;
  #reservedUntilMs = Number.NEGATIVE_INFINITY;
  /** Who was answered last, and may go on; and whether that is this radio. */
  #answered: number | null = null;
  #isOurTurn = false;
  /** When the channel was last known to be clear, or was first waited for. */
  #clearMs = Number.NEGATIVE_INFINITY;
  #hasHeard = false;
  /** Looks since a frame was heard that found chirps of one which this radio does not receive. */
  #blind = 0;

  constructor(input: ChannelWatchInput) {
    this.#input = input;
  }

  get contention(): Contention {
    return this.#contention;
  }

  /** Until then the channel is others'. */
  get reservedUntilMs(): number {
    return this.#reservedUntilMs;
  }

  heard(frame: Frame, reception: Pick<Reception, 'startMs' | 'endMs'>, isForUs: boolean): void {
    const { radio, timing } = this.#input;
    const { startMs, endMs } = reception;
    this.#hasHeard = true;
    this.#blind = 0;
    this.#began(startMs, frame.type !== 'ack' && frame.src === this.#answered);
    this.#answered = frame.type === 'ack' ? frame.dst : null;
    this.#isOurTurn = isForUs && frame.type === 'ack';
    const untilMs = endMs + reservedMs(frame, radio.modulation, timing);
    const isOurs = isForUs && (frame.type === 'ack' || isToBeAnswered(frame));
    this.#idleSinceMs = Math.max(this.#idleSinceMs ?? untilMs, untilMs);
    this.#reservedUntilMs = Math.max(this.#reservedUntilMs, isOurs ? endMs : untilMs);
  }

  /** What was heard before then is not known: the channel was taken, as far as one can tell. */
  missed(untilMs: number): void {
    if (this.#idleSinceMs !== null) this.#idleSinceMs = Math.max(this.#idleSinceMs, untilMs);
  }

  /** A look found somebody who is not received: how long the channel was idle is not known. */
  foundTaken(nowMs: number): void {
    this.#blind += 1;
    if (this.#blind > 1) this.#contention = crowded(this.#contention);
    this.missed(nowMs);
  }

  /** An own burst is to begin as soon as may be. */
  wanted(nowMs: number): void {
    this.#wasClear(nowMs);
    const idleSlots = this.#idleSlots(nowMs);
    if (!isLongPause(idleSlots, this.#contention)) return;
    this.#contention = afterIdleSlots(this.#contention, idleSlots);
    this.#idleSinceMs = nowMs;
  }

  /** An own burst begins, after the channel was found busy or was not. */
  taken(nowMs: number, wasBusy: boolean): void {
    if (wasBusy) this.#contention = opposed(this.#contention);
    this.#began(nowMs, this.#isOurTurn);
    this.#idleSinceMs = null;
    this.#isOurTurn = false;
  }

  /** An own message is over. */
  ended(nowMs: number): void {
    this.#idleSinceMs ??= nowMs;
    this.#isOurTurn = false;
  }

  /** From then on it is no use to wait any longer, if nothing changes. */
  get neverClearMs(): number {
    const frames = this.#hasHeard ? BABBLE_FRAMES : NOISE_FRAMES;
    const longestMs = airtimeMs(this.#input.radio.modulation, MAX_FRAME_BYTES);
    return this.#clearMs + frames * longestMs;
  }

  /** Somebody began to send; who goes on after an answer need not have waited. */
  #began(atMs: number, isGoingOn: boolean): void {
    const idleSlots = this.#idleSlots(atMs);
    if (idleSlots > 0 && !isGoingOn) this.#contention = afterIdleSlots(this.#contention, idleSlots);
    if (idleSlots > 1) this.#wasClear(atMs);
  }

  #wasClear(nowMs: number): void {
    this.#clearMs = nowMs;
    this.#hasHeard = false;
  }

  #idleSlots(untilMs: number): number {
    return (untilMs - (this.#idleSinceMs ?? untilMs)) / this.#input.timing.slotMs;
  }
}

const isToBeAnswered = (frame: Frame): boolean =>
  frame.type === 'ackRequest' || ('ackWanted' in frame && frame.ackWanted);
