/** Who is acknowledged so often without being heard once is hidden: what is lost is not lost always. */
const UNHEARD_ACKS = 5;
/** For so long that is believed of the channel. */
const MEMORY_MS = 60_000;
/** At most so many senders are remembered, the one acknowledged longest ago making room. */
const MAX_SENDERS = 256;
const FIRST_HOLD_SLOTS = 8;
const LAST_HOLD_SLOTS = 1024;
/** Slowly, or who is lucky once takes the channel for good (MILD: Bharghavan et al., SIGCOMM 1994). */
const HOLD_DECREASE = 0.9;

/**
 * Senders out of reach, whose frames collide at a receiver in between however well one listens. An
 * address that is acknowledged but never heard is one. Only then is silence taken for a collision
 * and answered by holding back for as long as whole messages take; else it is taken for a loss.
 */
export class HiddenNodes {
  /** Acknowledgements to each sender since it was heard. */
  readonly #unheard = new Map<number, number>();
  #knownUntilMs = Number.NEGATIVE_INFINITY;
  #holdSlots = 0;

  heard(src: number): void {
    this.#unheard.delete(src);
  }

  /** Somebody acknowledged a message of this address, which is not one's own. */
  acknowledged(src: number, nowMs: number): void {
    const count = (this.#unheard.get(src) ?? 0) + 1;
    this.#unheard.delete(src);
    this.#unheard.set(src, count);
    if (count >= UNHEARD_ACKS) this.#knownUntilMs = nowMs + MEMORY_MS;
    const [oldest] = this.#unheard.keys();
    if (this.#unheard.size > MAX_SENDERS && oldest !== undefined) this.#unheard.delete(oldest);
  }

  silence(nowMs: number): void {
    if (!this.#isKnown(nowMs)) return;
    this.#holdSlots = Math.min(Math.max(2 * this.#holdSlots, FIRST_HOLD_SLOTS), LAST_HOLD_SLOTS);
  }

  delivered(): void {
    this.#holdSlots *= HOLD_DECREASE;
    if (this.#holdSlots < FIRST_HOLD_SLOTS / 2) this.#holdSlots = 0;
  }

  /** Slots to choose from before anything is said. */
  holdSlots(nowMs: number): number {
    return this.#isKnown(nowMs) ? Math.floor(this.#holdSlots) : 0;
  }

  #isKnown(nowMs: number): boolean {
    return nowMs < this.#knownUntilMs;
  }
}
