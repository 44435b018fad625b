import type { PastAirtime } from './interface.ts';

/** What a duty cycle is a share of: the observation interval of ETSI EN 300 220-1, §5.4. */
export const HOUR_MS = 3_600_000;
/** Frames that end within the same second are kept as one. */
const GRAIN_MS = 1000;
/** What has left the hour is dropped so much later, for to drop many at once costs less. */
const SWEEP_MS = 60_000;

/** Airtime without a gap. */
interface Spell {
  readonly endMs: number;
  readonly airtimeMs: number;
}

/**
 * The airtime of a sliding hour, in some 3,700 entries at most. Where it is coarse it takes frames
 * for later than they were, so that no hour ever held more than it says.
 */
export class SlidingHour {
  #spells: Spell[] = [];
  /** Of all spells, those that have left the hour included. */
  #totalMs = 0;

  /** How many entries it takes. */
  get size(): number {
    return this.#spells.length;
  }

  /** A transmission that has ended; as two never overlap, none is believed to have. */
  spend(endMs: number, airtimeMs: number): void {
    this.#sweep(endMs);
    const lastMs = this.#spells.at(-1)?.endMs ?? Number.NEGATIVE_INFINITY;
    append(this.#spells, { endMs: Math.max(endMs, lastMs + airtimeMs), airtimeMs }, GRAIN_MS);
    this.#totalMs += airtimeMs;
  }

  /** Airtime of the hour that ends at `nowMs`. */
  usedMs(nowMs: number): number {
    const fromMs = nowMs - HOUR_MS;
    let goneMs = 0;
    for (const { endMs, airtimeMs } of this.#spells) {
      const startMs = endMs - airtimeMs;
      if (startMs >= fromMs) break;
      goneMs += Math.min(airtimeMs, fromMs - startMs);
    }
    return this.#totalMs - goneMs;
  }

  /**
   * The first moment from `nowMs` on at which a transmission may begin so that no hour holds more
   * than `limitMs`; `Infinity` where it is longer than that. Of all hours it touches, the one that
   * ends with it is the fullest: what it adds until then is no less than what leaves.
   */
  earliestMs(nowMs: number, airtimeMs: number, limitMs: number): number {
    if (airtimeMs > limitMs) return Number.POSITIVE_INFINITY;
    let excessMs = this.#totalMs + airtimeMs - limitMs;
    if (excessMs <= 0) return nowMs;
    for (const spell of this.#spells) {
      if (excessMs <= spell.airtimeMs) {
        const fromMs = spell.endMs - spell.airtimeMs + excessMs;
        return Math.max(nowMs, fromMs + HOUR_MS - airtimeMs);
      }
      excessMs -= spell.airtimeMs;
    }
    return nowMs;
  }

  /** What the hour holds, oldest first, with frames that end within `grainMs` taken as one. */
  past(nowMs: number, grainMs: number): PastAirtime[] {
    const coarse: Spell[] = [];
    for (const spell of this.#spells)
      if (spell.endMs > nowMs - HOUR_MS) append(coarse, spell, grainMs);
    return coarse.map(({ endMs, airtimeMs }) => [Math.max(0, nowMs - endMs), airtimeMs]);
  }

  #sweep(nowMs: number): void {
    const oldest = this.#spells[0];
    if (oldest === undefined || oldest.endMs > nowMs - HOUR_MS - SWEEP_MS) return;
    this.#spells = this.#spells.filter(({ endMs }) => endMs > nowMs - HOUR_MS);
    this.#totalMs = this.#spells.reduce((sum, { airtimeMs }) => sum + airtimeMs, 0);
  }
}

/** The earlier of two that end within a grain counts as having moved to the end of the later. */
const append = (spells: Spell[], spell: Spell, grainMs: number): void => {
  const last = spells.at(-1);
  const grainOf = ({ endMs }: Spell): number => Math.floor(endMs / grainMs);
  if (last === undefined || grainOf(last) !== grainOf(spell)) spells.push(spell);
  else
    spells[spells.length - 1] = {
      endMs: spell.endMs,
      airtimeMs: last.airtimeMs + spell.airtimeMs,
    };
};
