import { BROADCAST, CENTER, isJoiner } from '../../protocol/identity.ts';

/** No network has as many; a hostile trace may. */
const MAX_NAMES = 65_536;

/** Who speaks under an address, as far as a trace tells. */
export class PartyNames {
  readonly #known = new Map<number, string>();

  /** A radio of this name spoke under an address; a joiner speaks under several. */
  learn(address: number, name: string): void {
    if (this.#known.size < MAX_NAMES || this.#known.has(address)) this.#known.set(address, name);
  }

  of(address: number): string {
    if (address === BROADCAST) return 'all';
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    if (address === CENTER) return 'CE';
    return isJoiner(address) ? `joiner ${address}` : `${address}`;
  }
}
