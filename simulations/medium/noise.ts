/** Thermal noise density at 290 K, and the noise figure LoRaSim takes for the SX1272. */
const NOISE_DBM_PER_HZ = -174;
const NOISE_FIGURE_DB = 6;

/** What a receiver hears of nobody in a channel of this width. */
export const noiseDbm = (bandwidthHz: number): number =>
  NOISE_DBM_PER_HZ + 10 * Math.log10(bandwidthHz) + NOISE_FIGURE_DB;
