/** One after the other, in order: whoever touches the chip has it alone for a turn. */
export class Turns {
  readonly #failed: (cause: unknown) => Promise<void>;
  #latest: Promise<void> = Promise.resolve();
  #isOver = false;

  /** `failed` runs within the turn of a job that threw. */
  constructor(failed: (cause: unknown) => Promise<void>) {
    this.#failed = failed;
  }

  take<T>(job: () => Promise<T>): Promise<T | undefined> {
    const turn = this.#latest.then(async () => {
      if (this.#isOver) return undefined;
      try {
        return await job();
      } catch (cause) {
        if (!this.#isOver) await this.#failed(cause);
        return undefined;
      }
    });
    this.#latest = turn.then(() => undefined);
    return turn;
  }

  /** No more turns after this; each job may fail without hindering the next. */
  last(...jobs: readonly (() => Promise<void>)[]): void {
    this.#isOver = true;
    for (const job of jobs) this.#latest = this.#latest.then(job).catch(() => undefined);
  }
}
