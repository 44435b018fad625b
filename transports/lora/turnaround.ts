/** Smoothing of RFC 6298 §2.3, and how many deviations are allowed for. */
const MEAN_GAIN = 1 / 8;
const DEVIATION_GAIN = 1 / 4;
const DEVIATIONS = 4;
/** A peer answers no sooner than this says it might, and one that takes longer is as good as silent. */
const LEAST_SPARE_MS = 2;
const GREATEST_MS = 200;

/** How long peers take from the end of a burst to the start of their answer. */
export interface Turnaround {
  readonly meanMs: number;
  readonly deviationMs: number;
}

/** Before anything was measured: a peer is like oneself, within half of that (RFC 6298 §2.2). */
export const assumedTurnaround = (ownMs: number): Turnaround => ({
  meanMs: ownMs,
  deviationMs: ownMs / 2,
});

export const measuredTurnaround = (known: Turnaround, sampleMs: number): Turnaround => {
  const sample = Math.min(Math.max(sampleMs, 0), GREATEST_MS);
  const error = sample - known.meanMs;
  return {
    meanMs: known.meanMs + MEAN_GAIN * error,
    deviationMs: known.deviationMs + DEVIATION_GAIN * (Math.abs(error) - known.deviationMs),
  };
};

/** An answer that has not begun by then is late. */
export const latestTurnaroundMs = ({ meanMs, deviationMs }: Turnaround): number =>
  Math.min(meanMs + Math.max(LEAST_SPARE_MS, DEVIATIONS * deviationMs), GREATEST_MS);

/** Measures only what is certain (Karn): the one question asked since the last answer. */
export class Stopwatch {
  #askedMs: number[] = [];

  /** The last bit of a burst is gone, and with it the question what arrived. */
  asked(nowMs: number): void {
    this.#askedMs.push(nowMs);
  }

  /** Turnaround of an answer that began then, or null where it may be to several questions. */
  answered(startMs: number): number | null {
    const [askedMs, ...more] = this.#askedMs;
    this.#askedMs = [];
    return askedMs === undefined || more.length > 0 || startMs < askedMs ? null : startMs - askedMs;
  }
}
