/**
 * How much stronger a frame has to be than what interferes with it at another spreading factor, dB
 * (mostly less than 0: it may be that much weaker), by the frame's spreading factor and the other's.
 */
export type Rejection = (spreadingFactor: number, other: number) => number;

/** Rows: the frame's spreading factor, 7 to 12; columns: the other's. SF6 is taken for SF7. */
const fromTable =
  (rows: readonly (readonly number[])[]): Rejection =>
  (spreadingFactor, other) => {
    const row = rows[indexOf(spreadingFactor)] as readonly number[];
    return row[indexOf(other)] as number;
  };

const indexOf = (spreadingFactor: number): number =>
  Math.min(12, Math.max(7, Math.round(spreadingFactor))) - 7;

/** Different spreading factors do not disturb each other at all, as in LoRaSim. */
export const orthogonal: Rejection = () => Number.NEGATIVE_INFINITY;

/** Croce et al., Impact of LoRa Imperfect Orthogonality, IEEE Comm. Letters 22(4), 2018, table I. */
export const croce2018: Rejection = fromTable([
  [1, -8, -9, -9, -9, -9],
  [-11, 1, -11, -12, -13, -13],
  [-15, -13, 1, -13, -14, -15],
  [-19, -18, -17, 1, -17, -18],
  [-22, -22, -21, -20, 1, -20],
  [-25, -25, -25, -24, -23, 1],
]);

/** Goursaud and Gorce, Dedicated Networks for IoT, EAI Endorsed Trans. IoT 1(1), 2015, table 2. */
export const goursaud2015: Rejection = fromTable([
  [6, -16, -18, -19, -19, -20],
  [-24, 6, -20, -22, -22, -22],
  [-27, -27, 6, -23, -25, -25],
  [-30, -30, -30, 6, -26, -28],
  [-33, -33, -33, -33, 6, -29],
  [-36, -36, -36, -36, -36, 6],
]);
