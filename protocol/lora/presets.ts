import type { Modulation } from './modulation.ts';

/** What every node of a network listens on; EU868 (ETSI EN 300 220, ERC/REC 70-03). */
export const presets = {
  /** The sub-band that allows 10 % duty cycle, at twice the paper's bit rate. */
  default: {
    frequencyHz: 869_525_000,
    spreadingFactor: 7,
    bandwidthHz: 250_000,
    codingRateDenominator: 5,
    preambleSymbols: 8,
    syncWord: 0x12,
    powerDbm: 14,
  },
  /** The paper's setting, in a sub-band that allows 1 %. */
  paper: {
    frequencyHz: 868_100_000,
    spreadingFactor: 7,
    bandwidthHz: 125_000,
    codingRateDenominator: 5,
    preambleSymbols: 8,
    syncWord: 0x12,
    powerDbm: 14,
  },
  /** 10 dB more reach than `default`; peers that hear each other well go faster (rate-steps.ts). */
  range: {
    frequencyHz: 869_525_000,
    spreadingFactor: 10,
    bandwidthHz: 125_000,
    codingRateDenominator: 5,
    preambleSymbols: 8,
    syncWord: 0x12,
    powerDbm: 14,
  },
} as const satisfies Record<string, Modulation>;

export type PresetName = keyof typeof presets;
