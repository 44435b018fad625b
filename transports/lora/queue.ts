/** What waits to be sent: higher priority first, then who came first; bounded. */
export class PriorityQueue<T extends { readonly priority: number }> {
  readonly #limit: number;
  #waiting: T[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether there was room. */
  push(item: T): boolean {
    if (this.#waiting.length >= this.#limit) return false;
    const place = this.#waiting.findIndex(({ priority }) => priority < item.priority);
    this.#waiting.splice(place === -1 ? this.#waiting.length : place, 0, item);
    return true;
  }

  /** Whose turn it is next. */
  get first(): T | undefined {
    return this.#waiting[0];
  }

  get length(): number {
    return this.#waiting.length;
  }

  shift(): T | undefined {
    return this.#waiting.shift();
  }

  remove(item: T): void {
    this.#waiting = this.#waiting.filter((other) => other !== item);
  }
}
