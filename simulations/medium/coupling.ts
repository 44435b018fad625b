import type { Modulation } from '../../protocol/lora/modulation.ts';
import { fromDb } from './decibel.ts';
import type { Rejection } from './rejection.ts';

/** How many times stronger than another a frame has to be, by their modulations; 0: no matter. */
export type Coupling = (frame: Modulation, other: Modulation) => number;

/**
 * Of another signal counts the share of its power that falls into the frame's channel. Where its
 * chirps have the frame's slope it takes the capture ratio, elsewhere the matrix, read at the
 * spreading factor that has the other's slope in the frame's bandwidth: SF9 at 250 kHz sounds like
 * SF7 at 125 kHz. `captureDb` infinite: no frame survives another of its kind, however faint.
 */
export const coupling = (captureDb: number, rejection: Rejection): Coupling => {
  const capture = fromDb(captureDb);
  const ratios = new Map<number, number>();
  const ratio = (spreadingFactor: number, other: number): number => {
    const key = 100 * spreadingFactor + other;
    const known = ratios.get(key);
    if (known !== undefined) return known;
    const made = spreadingFactor === other ? capture : fromDb(rejection(spreadingFactor, other));
    ratios.set(key, made);
    return made;
  };
  return (frame, other) => {
    const share = spectralShare(frame, other);
    return share === 0 ? 0 : share * ratio(frame.spreadingFactor, seenFrom(frame, other));
  };
};

/** The spreading factor of another signal's chirp slope, BW² / 2^SF, in a frame's bandwidth. */
const seenFrom = (frame: Modulation, { bandwidthHz, spreadingFactor }: Modulation): number =>
  bandwidthHz === frame.bandwidthHz
    ? spreadingFactor
    : Math.round(spreadingFactor - 2 * Math.log2(bandwidthHz / frame.bandwidthHz));

/** Share of a signal's power that falls into a channel; its spectrum is flat over its bandwidth. */
export const spectralShare = (channel: Modulation, signal: Modulation): number => {
  const apartHz = Math.abs(channel.frequencyHz - signal.frequencyHz);
  const sharedHz = Math.min(
    channel.bandwidthHz,
    signal.bandwidthHz,
    (channel.bandwidthHz + signal.bandwidthHz) / 2 - apartHz,
  );
  return Math.max(0, sharedHz) / signal.bandwidthHz;
};
