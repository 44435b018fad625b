import type { Modulation } from '../../protocol/lora/modulation.ts';

/** Where a frame was heard: what LoRaTap says of it. */
export interface Channel {
  readonly frequencyHz: number;
  /** 0 where it is no multiple of 125 kHz, for LoRaTap counts in these. */
  readonly bandwidthHz: number;
  readonly spreadingFactor: number;
  readonly syncWord: number;
  /** 4/5 is 5; null where the trace does not say, as LoRaTap 0 cannot. */
  readonly codingRateDenominator: number | null;
}

export type Direction = 'received' | 'sent' | 'unknown';

/** One frame of a trace. */
export interface TracedFrame {
  /** Its last bit, in nanoseconds since 1970; in a simulation since its world began. */
  readonly atNs: bigint;
  readonly frame: Uint8Array;
  readonly channel: Channel;
  readonly direction: Direction;
  /** Null where the trace does not say, as of what a radio sent itself. */
  readonly rssiDbm: number | null;
  readonly snrDb: number | null;
  readonly comments: readonly string[];
}

/** Takes frames as they come. */
export interface TraceSink {
  record(frame: TracedFrame): void;
}

export const channelOf = (modulation: Modulation): Channel => {
  const { frequencyHz, bandwidthHz, spreadingFactor, syncWord, codingRateDenominator } = modulation;
  return { frequencyHz, bandwidthHz, spreadingFactor, syncWord, codingRateDenominator };
};

/** `869.525 MHz SF7 250 kHz`. */
export const channelName = ({ frequencyHz, bandwidthHz, spreadingFactor }: Channel): string =>
  `${frequencyHz / 1e6} MHz SF${spreadingFactor} ${bandwidthHz / 1e3} kHz`;

const NS_PER_MS = 1e6;

/** A moment of a clock, whose 0 was at `originNs`. */
export const nanoseconds = (ms: number, originNs: bigint): bigint =>
  originNs + BigInt(Math.round(ms * NS_PER_MS));
