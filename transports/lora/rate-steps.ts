import type { Modulation } from '../../protocol/lora/modulation.ts';

const FASTEST_SPREADING_FACTOR = 7;

/**
 * What a network may send at: its base modulation, on which all listen, then the same channel
 * with each smaller spreading factor. A step's number in an announcement is its index.
 */
export const rateSteps = (base: Modulation): readonly Modulation[] => {
  const count = Math.max(1, base.spreadingFactor - FASTEST_SPREADING_FACTOR + 1);
  return Array.from({ length: count }, (_, step) => ({
    ...base,
    spreadingFactor: base.spreadingFactor - step,
  }));
};
