/** The latest blocks of a trace, up to so many bytes of them. */
export class BlockRing {
  readonly #limitBytes: number;
  #blocks: Uint8Array[] = [];
  /** Those before it were forgotten. */
  #first = 0;
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  push(block: Uint8Array): void {
    this.#blocks.push(block);
    this.#bytes += block.length;
    for (; this.#bytes > this.#limitBytes; this.#first += 1)
      this.#bytes -= (this.#blocks[this.#first] as Uint8Array).length;
    if (this.#first > this.#blocks.length / 2) {
      this.#blocks = this.#blocks.slice(this.#first);
      this.#first = 0;
    }
  }

  /** All that is in it, which then is empty. */
  take(): readonly Uint8Array[] {
    const taken = this.#blocks.slice(this.#first);
    [this.#blocks, this.#first, this.#bytes] = [[], 0, 0];
    return taken;
  }
}
