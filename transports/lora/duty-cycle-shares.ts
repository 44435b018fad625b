import { HOUR_MS } from './duty-cycle.ts';

/** At most so many sources are remembered, the one answered longest ago making room. */
const MAX_SOURCES = 256;
/** So much more than what is left for all others; less leaves honest senders of much without answer. */
const DRAWN_PER_LEFT = 5;

interface Drawn {
  readonly airtimeMs: number;
  readonly atMs: number;
}

/**
 * What each source drew of the airtime for acknowledgements, forgotten within some hours. Anybody
 * can ask for acknowledgements: who drew more than a multiple of what is left gets no more, so that
 * nobody draws all of it (dynamic threshold: Choudhury and Hahne, IEEE/ACM Trans. Networking 6(2), 1998).
 */
export class SourceShares {
  readonly #drawn = new Map<number, Drawn>();

  /** Whether a source may draw so much more of what is left for all. */
  allows(source: number, airtimeMs: number, leftMs: number, nowMs: number): boolean {
    return this.#drawnMs(source, nowMs) + airtimeMs <= DRAWN_PER_LEFT * leftMs;
  }

  draw(source: number, airtimeMs: number, nowMs: number): void {
    const drawn = { airtimeMs: this.#drawnMs(source, nowMs) + airtimeMs, atMs: nowMs };
    this.#drawn.delete(source);
    this.#drawn.set(source, drawn);
    const [oldest] = this.#drawn.keys();
    if (this.#drawn.size > MAX_SOURCES && oldest !== undefined) this.#drawn.delete(oldest);
  }

  #drawnMs(source: number, nowMs: number): number {
    const { airtimeMs, atMs } = this.#drawn.get(source) ?? { airtimeMs: 0, atMs: nowMs };
    return airtimeMs * Math.exp((atMs - nowMs) / HOUR_MS);
  }
}
