/** Metres on a plane. */
export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Loss between two antennas so far apart, dB. */
export type PathLoss = (distanceM: number) => number;

export interface LogDistance {
  readonly referenceLossDb: number;
  readonly referenceDistanceM: number;
  /** Path loss exponent: 2 in free space, 2.7 to 4 among buildings. */
  readonly exponent: number;
}

/** As measured for LoRaSim (Bor et al., MSWiM 2016, §3.1). */
const LORASIM: LogDistance = { referenceLossDb: 127.41, referenceDistanceM: 40, exponent: 2.08 };
/** Antennas do not come closer than this. */
const LEAST_DISTANCE_M = 1;

/** Log-distance path loss (Rappaport, Wireless Communications, §4.9.1). */
export const logDistance =
  ({ referenceLossDb, referenceDistanceM, exponent }: LogDistance = LORASIM): PathLoss =>
  (distanceM) => {
    const ratio = Math.max(LEAST_DISTANCE_M, distanceM) / referenceDistanceM;
    return referenceLossDb + 10 * exponent * Math.log10(ratio);
  };

export const distanceM = (from: Position, to: Position): number =>
  Math.hypot(from.x - to.x, from.y - to.y);
