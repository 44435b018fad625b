/** What is remembered of one message. */
export interface Memory {
  /** Which message it says it is; several may say the same. */
  readonly key: number;
  /** What it takes to hold it. */
  readonly bytes: number;
  readonly atMs: number;
}

/**
 * Remembers each thing for `memoryMs`, and of all no more than `maxBytes`: the smallest makes
 * room, the oldest of those first, but never what has just come.
 */
export class BoundedMemory<T extends Memory> {
  readonly #memoryMs: number;
  readonly #maxBytes: number;
  /** Oldest first. */
  readonly #all = new Set<T>();
  #bytes = 0;

  constructor(memoryMs: number, maxBytes: number) {
    this.#memoryMs = memoryMs;
    this.#maxBytes = maxBytes;
  }

  /** What is remembered under a key, oldest first, once what is too old is forgotten. */
  recall(key: number, nowMs: number): T[] {
    for (const memory of this.#all) {
      if (nowMs - memory.atMs <= this.#memoryMs) break;
      this.drop(memory);
    }
    const recalled: T[] = [];
    for (const memory of this.#all) if (memory.key === key) recalled.push(memory);
    return recalled;
  }

  keep(latest: T): void {
    this.#all.add(latest);
    this.#bytes += latest.bytes;
    while (this.#bytes > this.#maxBytes) {
      let smallest: T | undefined;
      for (const memory of this.#all) {
        if (memory !== latest && memory.bytes < (smallest?.bytes ?? Infinity)) smallest = memory;
      }
      if (smallest === undefined) return;
      this.drop(smallest);
    }
  }

  drop(memory: T): void {
    if (this.#all.delete(memory)) this.#bytes -= memory.bytes;
  }
}
