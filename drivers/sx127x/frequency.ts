import { refused } from './fault.ts';

/** PLL step: 32 MHz / 2^19, some 61.035 Hz (datasheet §4.1.4). */
const STEP_HZ = 32e6 / 2 ** 19;
/** Bands 3, 2 and 1 (datasheet §2.5, and the SX1279's lower edge of band 1). */
const BANDS_HZ = [
  [137e6, 175e6],
  [410e6, 525e6],
  [779e6, 1020e6],
] as const;

/** Bands 2 and 3 are on the RF ports named LF, band 1 on HF. */
export const isLowFrequency = (frequencyHz: number): boolean => frequencyHz <= 525e6;

/** RegFrf, most significant byte first. */
export const frequencyWord = (frequencyHz: number): [number, number, number] => {
  const word = Math.round(frequencyHz / STEP_HZ);
  return [word >> 16, (word >> 8) & 0xff, word & 0xff];
};

/** Throws `RADIO_MODULATION` where the chip's synthesizer does not reach. */
export const requireFrequency = (frequencyHz: number): void => {
  if (BANDS_HZ.some(([low, high]) => frequencyHz >= low && frequencyHz <= high)) return;
  throw refused(
    `The SX1276 does not tune to ${frequencyHz} Hz: set a frequency within 137–175, 410–525 or 779–1020 MHz, and one your module's antenna and filter are made for.`,
  );
};
