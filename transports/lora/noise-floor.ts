import type { Modulation } from '../../protocol/lora/modulation.ts';

/** Looks that the floor is the least of: those of the current part, and so many parts before. */
const PART_LOOKS = 8;
const PARTS = 7;
/** Thermal noise density at 290 K, which no receiver is below. */
const THERMAL_DBM_PER_HZ = -174;
/** How far over the floor a channel counts as busy: what IEEE 802.15.4 §10.2.8 allows at most. */
const BUSY_DB = 10;

/** What an empty channel reads, learnt from looks at it. */
export interface NoiseFloor {
  /** `Infinity` before the first look. */
  readonly levelDbm: number;
  readonly leastDbm: number;
  /** The least of the current part, and how many looks it has had. */
  readonly partDbm: number;
  readonly looks: number;
  /** The least of each part before, the latest last. */
  readonly pastDbm: readonly number[];
}

export const unknownFloor = ({ bandwidthHz }: Pick<Modulation, 'bandwidthHz'>): NoiseFloor => ({
  levelDbm: Number.POSITIVE_INFINITY,
  leastDbm: THERMAL_DBM_PER_HZ + 10 * Math.log10(bandwidthHz),
  partDbm: Number.POSITIVE_INFINITY,
  looks: 0,
  pastDbm: [],
});

/**
 * Minimum statistics (R. Martin, IEEE Trans. Speech and Audio Processing 9(5), 2001): frames come
 * and go, so the least of some sixty looks is noise. It falls at once and rises within these, so
 * that steady noise is soon no sign of a frame.
 */
export const afterLook = (floor: NoiseFloor, rssiDbm: number): NoiseFloor => {
  const partDbm = Math.min(floor.partDbm, Math.max(rssiDbm, floor.leastDbm));
  const looks = floor.looks + 1;
  const levelDbm = Math.min(partDbm, ...floor.pastDbm);
  if (looks < PART_LOOKS) return { ...floor, levelDbm, partDbm, looks };
  const pastDbm = [...floor.pastDbm, partDbm].slice(-PARTS);
  return { ...floor, levelDbm, partDbm: Number.POSITIVE_INFINITY, looks: 0, pastDbm };
};

/** Whether somebody sends, though no chirps of ours were found. */
export const isWellOver = ({ levelDbm }: NoiseFloor, rssiDbm: number): boolean =>
  rssiDbm > levelDbm + BUSY_DB;
