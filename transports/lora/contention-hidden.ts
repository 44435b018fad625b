/** Who is acknowledged so often without being heard once is hidden: what is lost is not lost always. */
const UNHEARD_ACKS = 5;
/** For so long that is believed of a sender. */
const MEMORY_MS = 60_000;
/** At most so many senders are remembered, the one acknowledged longest ago making room. */
const MAX_SENDERS = 256;
const FIRST_HOLD_SLOTS = 8;
const LAST_HOLD_SLOTS = 1024;
/**
 * It grows where more than a third of all bursts stay unanswered: fewer may be lost by chance, more
 * collide (MILD: Bharghavan et al., SIGCOMM 1994).
 */
const HOLD_INCREASE = 1.5;
const HOLD_DECREASE = 0.8;
/**
 * Acknowledgements are not authenticated, so what is held back is no more, on average, than so many
 * times what was said, for each of so many hidden senders at most.
 */
const HOLD_PER_SAID = 3;
const MAX_HIDDEN = 4;

/** Acknowledgements to a sender since it was heard. */
interface Unheard {
  readonly acks: number;
  readonly latestMs: number;
}

/**
 * Senders out of reach, whose frames collide at a receiver in between however well one listens. An
 * address that is acknowledged but never heard is one. Only then is silence taken for a collision
 * and answered by holding back for as long as whole messages take; else it is taken for a loss.
 */
export class HiddenNodes {
  readonly #unheard = new Map<number, Unheard>();
  #holdSlots = 0;
  /** To be held back yet, at most, for what was said; below 0 where it came to more. */
  #leftSlots = 0;

  heard(src: number): void {
    this.#unheard.delete(src);
  }

  /** Somebody acknowledged a message of this address, which is not one's own. */
  acknowledged(src: number, nowMs: number): void {
    const { acks } = this.#unheard.get(src) ?? { acks: 0 };
    this.#unheard.delete(src);
    this.#unheard.set(src, { acks: acks + 1, latestMs: nowMs });
    if (this.#unheard.size <= MAX_SENDERS) return;
    const [oldest] = this.#unheard.keys();
    this.#unheard.delete(oldest as number);
  }

  /** An own burst that takes so long begins. */
  said(slots: number, nowMs: number): void {
    const known = this.#known(nowMs);
    const leftSlots = this.#leftSlots + HOLD_PER_SAID * known * slots;
    this.#leftSlots = known === 0 ? 0 : Math.min(leftSlots, LAST_HOLD_SLOTS);
  }

  silence(nowMs: number): void {
    if (this.#known(nowMs) === 0) return;
    const slots = Math.max(HOLD_INCREASE * this.#holdSlots, FIRST_HOLD_SLOTS);
    this.#holdSlots = Math.min(slots, LAST_HOLD_SLOTS);
  }

  delivered(): void {
    this.#holdSlots *= HOLD_DECREASE;
    if (this.#holdSlots < FIRST_HOLD_SLOTS / 2) this.#holdSlots = 0;
  }

  /** Slots to let pass before anything more is said; `below` draws one of so many numbers. */
  hold(below: (bound: number) => number): number {
    const limit = Math.max(0, 2 * this.#leftSlots);
    const slots = below(1 + Math.floor(Math.min(this.#holdSlots, limit)));
    this.#leftSlots -= slots;
    return slots;
  }

  #known(nowMs: number): number {
    const known = [...this.#unheard.values()].filter(
      ({ acks, latestMs }) => acks >= UNHEARD_ACKS && nowMs < latestMs + MEMORY_MS,
    );
    return Math.min(known.length, MAX_HIDDEN);
  }
}
