import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { ACK_REQUEST_BYTES, ackBytes, DATA_HEADER_BYTES } from './frame.ts';
import { REPEAT_RATHER_THAN_ASK } from './outgoing.ts';
import { MAX_SILENCES } from './rounds.ts';
import { assumedTurnaround, latestTurnaroundMs, measuredTurnaround } from './turnaround.ts';

/** Symbols a channel activity detection takes (SX1276 datasheet, Channel Activity Detection). */
const SENSING_SYMBOLS = 2;
/** By which a modem is sure of a preamble; to look at the channel before would lose the frame. */
const LOCKING_SYMBOLS = 5;
/** Back-off stops growing here: the channel is sensed anyway before anything is sent. */
const MAX_BACK_OFF_SLOTS = 4;
/**
 * After a silence the peer may be slower than was thought, until it is measured again (RFC 6298
 * §5.5–7). No more than this: most silences are lost frames, and each would wait that long.
 */
const PATIENCE_AFTER_SILENCE = 2;
/** What waiting for an answer to begin comes to at most. */
const MAX_WAIT_MS = 200;

/** Every wait of the link, from the modulation and how long radios take to turn round. */
export interface Timing {
  /** Own, from the end of a frame to the start of its ack. */
  readonly turnaroundMs: number;
  /** Long enough that who starts in one slot is heard in the next; follows what is measured. */
  readonly slotMs: number;
  /** What the peer is left to go on in: until one that begins in the next slot is locked on. */
  readonly yieldMs: number;
  /** Long enough for the peer to take a frame in and do what it says. */
  readonly guardMs: number;
  /** A peer was seen to take so long from the end of a burst to the start of its answer. */
  measured(turnaroundMs: number): void;
  /** No answer came in time. */
  silent(): void;
  /** From the end of a burst to the end of its ack, if one comes. */
  ackTimeoutMs(last: number, modulation: Modulation): number;
  /** Slots to choose from after so many silences. */
  backOffSlots(silences: number): number;
  /** A sender that hears nothing has given up by then. */
  readonly memoryMs: number;
  /** No sender gets through all its sequence numbers faster, with its shortest frame for each. */
  readonly wrapMs: number;
}

/** Timing where everybody listens on `base`. */
export const linkTiming = (base: Modulation, turnaroundMs: number): Timing => {
  const sensingMs = SENSING_SYMBOLS * symbolMs(base);
  let turnaround = assumedTurnaround(turnaroundMs);
  let patience = 1;
  return {
    turnaroundMs,
    get slotMs() {
      return sensingMs + turnaround.meanMs;
    },
    get yieldMs() {
      return this.slotMs + LOCKING_SYMBOLS * symbolMs(base);
    },
    get guardMs() {
      return latestTurnaroundMs(turnaround);
    },
    measured: (sampleMs) => {
      turnaround = measuredTurnaround(turnaround, sampleMs);
      patience = 1;
    },
    silent: () => {
      patience = PATIENCE_AFTER_SILENCE;
    },
    ackTimeoutMs: (last, modulation) =>
      Math.min(patience * latestTurnaroundMs(turnaround), MAX_WAIT_MS) +
      airtimeMs(modulation, ackBytes(last)),
    backOffSlots: (silences) => Math.min(2 ** silences, MAX_BACK_OFF_SLOTS),
    memoryMs: 2 * giveUpMs(base, turnaroundMs),
    wrapMs: 255 * (airtimeMs(base, DATA_HEADER_BYTES) + 2 * sensingMs),
  };
};

/** How long a peer that says nothing is asked, at most, while the channel is free. */
export const giveUpMs = (base: Modulation, turnaroundMs: number): number => {
  const slotMs = SENSING_SYMBOLS * symbolMs(base) + turnaroundMs;
  const askMs = REPEAT_RATHER_THAN_ASK * airtimeMs(base, ACK_REQUEST_BYTES);
  const waitMs = PATIENCE_AFTER_SILENCE * latestTurnaroundMs(assumedTurnaround(turnaroundMs));
  const answerMs = waitMs + airtimeMs(base, ackBytes(15));
  return MAX_SILENCES * ((1 + MAX_BACK_OFF_SLOTS) * slotMs + askMs + answerMs);
};
