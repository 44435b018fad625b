const SIZE = 64n;
const MASK = (1n << SIZE) - 1n;

/**
 * Which counters have been seen: the highest and the 63 below it, of which any may still come
 * late, once each (RFC 4303 §3.4.3). Ask with `admits` before the tag is checked, `mark` only
 * after it held.
 */
export class ReplayWindow {
  #highest = -1n;
  #seen = 0n;

  admits(counter: number): boolean {
    const age = this.#highest - BigInt(counter);
    if (age < 0n) return true;
    return age < SIZE && (this.#seen & (1n << age)) === 0n;
  }

  mark(counter: number): void {
    const step = BigInt(counter) - this.#highest;
    if (step > 0n) {
      // A shift by the step itself would take up to 2^32 bits of memory.
      this.#seen = step < SIZE ? ((this.#seen << step) | 1n) & MASK : 1n;
      this.#highest += step;
    } else if (-step < SIZE) {
      this.#seen |= 1n << -step;
    }
  }

  /** The full counter nearest to the window whose low 16 bits are `low`. */
  expand(low: number): number {
    const highest = Number(this.#highest);
    const base = highest - (highest % 2 ** 16) + low;
    const candidates = [base - 2 ** 16, base, base + 2 ** 16].filter((value) => value >= 0);
    return candidates.reduce((best, value) =>
      Math.abs(value - highest) < Math.abs(best - highest) ? value : best,
    );
  }
}
