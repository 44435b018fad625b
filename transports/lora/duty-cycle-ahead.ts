/**
 * Airtime written down as spent before it is, so that a power cut hides none. What is used while a
 * write is under way counts against what it wrote, for the write does not know of it.
 */
export class WrittenAhead {
  readonly #write: (aheadMs: number) => Promise<void>;
  #aheadMs = 0;
  #meanwhileMs = 0;
  #writing: Promise<void> | null = null;

  /** `write` resolves when all that was spent until it was called, and so much more, is durable. */
  constructor(write: (aheadMs: number) => Promise<void>) {
    this.#write = write;
  }

  covers(airtimeMs: number): boolean {
    return airtimeMs <= this.#aheadMs;
  }

  use(airtimeMs: number): void {
    this.#aheadMs -= airtimeMs;
    this.#meanwhileMs += airtimeMs;
  }

  /** What was not used after all. */
  giveBack(airtimeMs: number): void {
    this.use(-airtimeMs);
  }

  /** One write at a time: who finds one under way waits for it, and looks again. */
  extend(aheadMs: number): Promise<void> {
    this.#writing ??= this.#extend(aheadMs).finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #extend(aheadMs: number): Promise<void> {
    this.#meanwhileMs = 0;
    try {
      await this.#write(aheadMs);
      this.#aheadMs = aheadMs - this.#meanwhileMs;
    } catch (error) {
      // It may have reached the disk nonetheless.
      this.#aheadMs = Math.min(this.#aheadMs, aheadMs - this.#meanwhileMs);
      throw error;
    }
  }
}
