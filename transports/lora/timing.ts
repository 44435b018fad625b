import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { ACK_REQUEST_BYTES, ackBytes } from './frame.ts';
import { MAX_SILENCES } from './rounds.ts';

/** Symbols a channel activity detection takes (SX1276 datasheet, Channel Activity Detection). */
const SENSING_SYMBOLS = 2;
/** Back-off stops growing here: the channel is sensed anyway before anything is sent. */
const MAX_BACK_OFF_SLOTS = 16;

/** Every wait of the link, from the modulation and how long a radio takes to turn round. */
export interface Timing {
  /** From the end of a frame to the start of its ack. */
  readonly turnaroundMs: number;
  /** Long enough that who starts in one slot is heard in the next. */
  readonly slotMs: number;
  /** From the end of a burst to the end of its ack, if one comes. */
  ackTimeoutMs(last: number): number;
  /** Slots to choose from after so many silences. */
  backOffSlots(silences: number): number;
  /** A sender that hears nothing has given up by then. */
  readonly memoryMs: number;
}

export const linkTiming = (modulation: Modulation, turnaroundMs: number): Timing => {
  const sensingMs = SENSING_SYMBOLS * symbolMs(modulation);
  const slotMs = sensingMs + turnaroundMs;
  const ackTimeoutMs = (last: number): number =>
    2 * turnaroundMs + airtimeMs(modulation, ackBytes(last));
  const askingMs = slotMs + airtimeMs(modulation, ACK_REQUEST_BYTES) + ackTimeoutMs(15);
  return {
    turnaroundMs,
    slotMs,
    ackTimeoutMs,
    backOffSlots: (silences) => Math.min(2 ** silences, MAX_BACK_OFF_SLOTS),
    memoryMs: 2 * MAX_SILENCES * (askingMs + MAX_BACK_OFF_SLOTS * slotMs),
  };
};
