import type { Unsubscribable } from 'rxjs';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { MAX_FRAME_BYTES, type Modulation } from '../../protocol/lora/modulation.ts';
import type { Ending } from './ending.ts';
import {
  type AckFrame,
  type AnnounceFrame,
  bytesOnAir,
  type DataFrame,
  encodeFrame,
  type Frame,
  type ParityFrame,
  PIGGYBACK_BYTES,
} from './frame.ts';

/** How to leave the base rate. */
export interface RateChange {
  readonly base: Modulation;
  readonly modulation: Modulation;
  /** Leaves, and gives the peer time to follow. */
  readonly change: (ending: Ending) => Unsubscribable;
}

/** A frame to send, or what has to happen before the next one. */
export type Step = Uint8Array | ((ending: Ending) => Unsubscribable);

/** What one turn on the air consists of. */
export interface Burst {
  readonly dst: number;
  readonly steps: readonly Step[];
  /** Of all its frames. */
  readonly airtimeMs: number;
  /** The same burst with an acknowledgement on its first frame, or null where it can have none. */
  carrying(due: DueAck): Burst | null;
}

/** An acknowledgement that the peer waits for. */
export interface DueAck {
  readonly frame: AckFrame;
  /** Own address that the acknowledged message came to. */
  readonly by: number;
  /** Whether the peer has to go on with the message. */
  readonly asksForMore: boolean;
  /** Whether a burst may take its place. */
  readonly mayRide: boolean;
}

/** The frame with an acknowledgement on it, or null where that cannot be. */
export const withAck = (frame: Frame | undefined, due: DueAck): DataFrame | ParityFrame | null => {
  if (frame === undefined || !due.mayRide || due.asksForMore) return null;
  if (frame.type !== 'data' && frame.type !== 'parity') return null;
  const { net, dst, seq, bitmap } = due.frame;
  if (frame.net !== net || frame.dst !== dst || frame.src !== due.by) return null;
  if (bytesOnAir(frame) + PIGGYBACK_BYTES > MAX_FRAME_BYTES) return null;
  return { ...frame, piggyback: { seq, bitmap } };
};

/** Frames one after another at the base rate; an acknowledgement may ride on the first. */
export const burstOf = (dst: number, frames: readonly Frame[], base: Modulation): Burst => ({
  dst,
  steps: frames.map(encodeFrame),
  airtimeMs: framesMs(frames, base),
  carrying: (due) => {
    const first = withAck(frames[0], due);
    return first === null ? null : burstOf(dst, [first, ...frames.slice(1)], base);
  },
});

/** The same at a rate that is announced before. */
export const announcedBurst = (
  announcement: AnnounceFrame,
  frames: readonly Frame[],
  { base, modulation, change }: RateChange,
): Burst => ({
  dst: announcement.dst,
  steps: [encodeFrame(announcement), change, ...frames.map(encodeFrame)],
  airtimeMs: frames.reduce(
    (sum, frame) => sum + frameMs(frame, modulation),
    frameMs(announcement, base),
  ),
  carrying: () => null,
});

/** Airtime of frames at one rate. */
export const framesMs = (frames: readonly Frame[], modulation: Modulation): number =>
  frames.reduce((sum, frame) => sum + frameMs(frame, modulation), 0);

const frameMs = (frame: Frame, modulation: Modulation): number =>
  airtimeMs(modulation, bytesOnAir(frame));
