import type { Random } from '../../drivers/random/interface.ts';
import { fromDb } from './decibel.ts';
import { namedDraws } from './random-draws.ts';

/** Noise of others than radios, by receiver. */
export interface NoiseBursts {
  /** Greatest power at any moment of this time; times asked for may overlap, and go on. */
  peakMw(receiverId: string, fromMs: number, toMs: number): number;
}

export const noNoiseBursts: NoiseBursts = { peakMw: () => 0 };

export interface BurstsInput {
  readonly random: Random;
  /** Mean time of silence, and of noise. */
  readonly meanQuietMs: number;
  readonly meanBurstMs: number;
  /** In a receiver's channel, whatever its bandwidth; default so much that no frame survives. */
  readonly powerDbm?: number;
}

/** As strong as a radio a metre away. */
const DEAFENING_DBM = 0;
/** Nobody asks about more ago: no frame is longer (SF12 at 7.8 kHz, 255 B: 230 s). */
const MEMORY_MS = 600_000;

/**
 * A Gilbert–Elliott channel in time (Gilbert 1960, Elliott 1963): quiet and noise alternate, each
 * for an exponentially distributed time, on its own at each receiver. What a burst does to a frame
 * follows from their powers. A frame of T ms meets one with probability
 * 1 − q·e^(−T/meanQuietMs), where q = meanQuietMs / (meanQuietMs + meanBurstMs).
 */
export const gilbertElliott = (input: BurstsInput): NoiseBursts => {
  const { random, meanQuietMs, meanBurstMs, powerDbm = DEAFENING_DBM } = input;
  const draws = namedDraws(random);
  const powerMw = fromDb(powerDbm);
  const known = new Map<string, Burst[]>();

  /** The burst after one, or the first: it is steady from the beginning, so that may have begun. */
  const following = (receiverId: string, { number, toMs }: Burst): Burst => {
    const [u, v, w] = draws(`${receiverId}\0${number}`);
    const isBetween = number > 0 || w * (meanQuietMs + meanBurstMs) < meanQuietMs;
    const fromMs = toMs + (isBetween ? exponential(meanQuietMs, u) : 0);
    return { number: number + 1, fromMs, toMs: fromMs + exponential(meanBurstMs, v) };
  };

  return {
    peakMw: (receiverId, fromMs, toMs) => {
      const bursts = known.get(receiverId) ?? [following(receiverId, BEFORE)];
      known.set(receiverId, bursts);
      for (;;) {
        const last = bursts.at(-1) as Burst;
        if (last.toMs > toMs) break;
        bursts.push(following(receiverId, last));
      }
      while ((bursts[0] as Burst).toMs < fromMs - MEMORY_MS) bursts.shift();
      // What is asked about is mostly a moment ago.
      const latest = bursts.findLast((burst) => burst.fromMs <= toMs);
      return latest !== undefined && latest.toMs > fromMs ? powerMw : 0;
    },
  };
};

interface Burst {
  readonly number: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const BEFORE: Burst = { number: 0, fromMs: 0, toMs: 0 };

const exponential = (mean: number, uniform: number): number => -mean * Math.log(1 - uniform);
