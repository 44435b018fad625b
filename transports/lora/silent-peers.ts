/** At most so many are remembered, the longest known making room. */
const MAX_PEERS = 256;

/** Addresses that did not answer the last message to them and have not been heard since. */
export class SilentPeers {
  readonly #addresses = new Set<number>();
  readonly #changed: () => void;

  /** `changed`: they are others now. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get addresses(): ReadonlySet<number> {
    return this.#addresses;
  }

  has(address: number): boolean {
    return this.#addresses.has(address);
  }

  gaveUp(address: number): void {
    this.#addresses.delete(address);
    this.#addresses.add(address);
    const [oldest] = this.#addresses;
    if (this.#addresses.size > MAX_PEERS && oldest !== undefined) this.#addresses.delete(oldest);
    this.#changed();
  }

  heard(address: number): void {
    if (this.#addresses.delete(address)) this.#changed();
  }
}
