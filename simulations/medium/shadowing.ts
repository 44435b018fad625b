import type { Random } from '../../drivers/random/interface.ts';
import { namedDraws } from './random-draws.ts';

/** What obstacles add to the path loss between two antennas, by their ids, dB. */
export type Shadowing = (a: string, b: string) => number;

/**
 * Log-normal shadowing (Rappaport, Wireless Communications, §4.9.2): one Gaussian number a pair,
 * the same both ways and whatever else was drawn. Around LoRa links 3 to 8 dB were measured.
 */
export const logNormalShadowing = (sigmaDb: number, random: Random): Shadowing => {
  const draws = namedDraws(random);
  return (a, b) => {
    const [u, v] = draws(a < b ? `${a}\0${b}` : `${b}\0${a}`);
    // Box and Muller, 1958.
    return sigmaDb * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  };
};
