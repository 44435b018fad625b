import { demodulationFloorDb, type Modulation } from '../../protocol/lora/modulation.ts';

/** Metres on a plane. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Log-distance path loss as measured for LoRaSim (Bor et al., MSWiM 2016, §3.1). */
const REFERENCE_LOSS_DB = 127.41;
const REFERENCE_DISTANCE_M = 40;
const LOSS_DB_PER_DECADE = 20.8;
/** Antennas do not come closer than this. */
const LEAST_DISTANCE_M = 1;
/** Thermal noise density at 290 K, and the noise figure LoRaSim takes for the SX1272. */
const NOISE_DBM_PER_HZ = -174;
const NOISE_FIGURE_DB = 6;
/** RegPktSnrValue is a signed byte of quarter decibels (SX1276 datasheet, §6.4). */
const GREATEST_SNR_DB = 31.75;

export interface Heard {
  readonly rssiDbm: number;
  readonly snrDb: number;
  /** Whether the signal is above the demodulation floor (SX1276 datasheet, table 13). */
  readonly audible: boolean;
}

export const heardAt = (from: Position, to: Position, modulation: Modulation): Heard => {
  const distanceM = Math.max(LEAST_DISTANCE_M, Math.hypot(from.x - to.x, from.y - to.y));
  const lossDb =
    REFERENCE_LOSS_DB + LOSS_DB_PER_DECADE * Math.log10(distanceM / REFERENCE_DISTANCE_M);
  const rssiDbm = modulation.powerDbm - lossDb;
  const noiseDbm = NOISE_DBM_PER_HZ + 10 * Math.log10(modulation.bandwidthHz) + NOISE_FIGURE_DB;
  const snrDb = Math.min(GREATEST_SNR_DB, rssiDbm - noiseDbm);
  return { rssiDbm, snrDb, audible: snrDb >= demodulationFloorDb(modulation.spreadingFactor) };
};
