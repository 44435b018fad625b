/** What stays of the past: items in order, each with its number. */
export interface Stretch<T> {
  readonly items: readonly T[];
  /** Number of the first item not among them. */
  readonly next: number;
  /** Items that are gone already, between what was asked for and the first of these. */
  readonly lost: number;
}

/** The last of what happened: so many items and so many bytes, and no more. */
export class Trail<T> {
  readonly #maxItems: number;
  readonly #maxBytes: number;
  #items: (T | null)[] = [];
  #weights: number[] = [];
  /** Where the oldest stands among the items, and its number. */
  #head = 0;
  #first = 0;
  #bytes = 0;

  constructor(limits: { readonly maxItems: number; readonly maxBytes: number }) {
    this.#maxItems = limits.maxItems;
    this.#maxBytes = limits.maxBytes;
  }

  /** Number of the item that comes next. */
  get end(): number {
    return this.#first + this.#items.length - this.#head;
  }

  /** Number of the oldest item. */
  get first(): number {
    return this.#first;
  }

  push(item: T, bytes: number): void {
    this.#items.push(item);
    this.#weights.push(bytes);
    this.#bytes += bytes;
    while (this.end - this.#first > this.#maxItems || this.#bytes > this.#maxBytes) this.#drop();
  }

  /** From a number on, as many as fit into so many bytes, at least one. */
  since(number: number, maxBytes: number): Stretch<T> {
    const from = Math.max(number, this.#first);
    const items: T[] = [];
    let bytes = 0;
    for (let at = this.#head + from - this.#first; at < this.#items.length; at += 1) {
      bytes += this.#weights[at] as number;
      if (items.length > 0 && bytes > maxBytes) break;
      items.push(this.#items[at] as T);
    }
    return { items, next: from + items.length, lost: from - number };
  }

  #drop(): void {
    this.#bytes -= this.#weights[this.#head] as number;
    this.#items[this.#head] = null;
    this.#head += 1;
    this.#first += 1;
    if (this.#head < 1024 || this.#head * 2 < this.#items.length) return;
    this.#items = this.#items.slice(this.#head);
    this.#weights = this.#weights.slice(this.#head);
    this.#head = 0;
  }
}
