import type { Modulation } from '../../protocol/lora/modulation.ts';

/** Share of a signal's power that falls into a channel; its spectrum is flat over its bandwidth. */
export const spectralOverlap = (channel: Modulation, signal: Modulation): number => {
  const apartHz = Math.abs(channel.frequencyHz - signal.frequencyHz);
  const sharedHz = Math.min(
    channel.bandwidthHz,
    signal.bandwidthHz,
    (channel.bandwidthHz + signal.bandwidthHz) / 2 - apartHz,
  );
  return Math.max(0, sharedHz) / signal.bandwidthHz;
};
