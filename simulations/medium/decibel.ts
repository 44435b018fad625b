/** Ratio or, from dBm, milliwatts. */
export const fromDb = (db: number): number => 10 ** (db / 10);

export const toDb = (ratio: number): number => 10 * Math.log10(ratio);
