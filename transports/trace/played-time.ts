/** Nobody waits longer for the next frame of a trace. */
const LONGEST_PAUSE_MS = 600_000;

/**
 * Moments of a trace as it is played: one after the other also where its packets are not, and with
 * no pause longer than ten minutes, for damaged or hostile traces have holes of centuries.
 */
export class PlayedTime {
  #lastMs: number | null = null;
  #cutMs = 0;

  of(atMs: number): number {
    const lastMs = this.#lastMs ?? atMs;
    this.#cutMs += Math.max(0, atMs - lastMs - LONGEST_PAUSE_MS);
    this.#lastMs = Math.max(lastMs, atMs);
    return this.#lastMs - this.#cutMs;
  }
}
