/** At most so many are remembered, the longest known making room. */
const MAX_PEERS = 256;

/** Addresses that did not answer the last message to them and have not been heard since. */
export class SilentPeers {
  readonly #addresses = new Set<number>();

  has(address: number): boolean {
    return this.#addresses.has(address);
  }

  gaveUp(address: number): void {
    this.#addresses.delete(address);
    this.#addresses.add(address);
    const [oldest] = this.#addresses;
    if (this.#addresses.size > MAX_PEERS && oldest !== undefined) this.#addresses.delete(oldest);
  }

  heard(address: number): void {
    this.#addresses.delete(address);
  }
}
