import type { Clock } from '../drivers/clock/interface.ts';
import { TiesError } from '../protocol/errors.ts';

interface Entry {
  readonly atMs: number;
  readonly sequence: number;
  readonly fire: () => unknown;
  cancelled: boolean;
}

/** Lets time go on: at once where it gives null, else when what it gives resolves. */
export type Paced = (untilMs: number) => Promise<void> | null;

const before = (a: Entry, b: Entry): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.sequence < b.sequence);

/**
 * Virtual time as an event queue: pop the earliest entry, set now, fire. Entries of the same
 * moment fire in the order they were made, so a run depends on nothing but what it was given.
 */
export class HeapClock implements Clock {
  readonly #heap: Entry[] = [];
  readonly #paced: Paced;
  #nowMs = 0;
  #sequence = 0;
  #fired = 0;

  /** `paced`: how `runUntil` waits, for people who look on; default not at all. */
  constructor(paced: Paced = () => null) {
    this.#paced = paced;
  }

  now(): number {
    return this.#nowMs;
  }

  /** Entries that have been fired. */
  get fired(): number {
    return this.#fired;
  }

  setTimeout(callback: () => void, delayMs: number): Entry {
    return this.#push(delayMs, callback);
  }

  clearTimeout(id: unknown): void {
    if (id !== undefined && id !== null) (id as Entry).cancelled = true;
  }

  work<T>(latencyMs: number, start: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#push(latencyMs, () => start().then(resolve, reject));
    });
  }

  /**
   * Fire entries until `done` holds, nothing is left, or `limitMs` of virtual time is reached.
   * Returns whether `done` holds. Promises that an entry settled are followed to their end before
   * the next entry, so what they start still happens at this moment.
   */
  async runUntil(done: () => boolean, limitMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    await settled();
    while (!done()) {
      const wait = this.#paced(this.#nextMs(limitMs));
      if (wait !== null) await wait;
      const entry = this.#due(limitMs);
      if (entry === undefined) return false;
      await entry.fire();
      await settled();
    }
    return true;
  }

  /**
   * The same for a world in which nothing is a promise, such as links alone: it waits for none,
   * which is most of what an entry costs otherwise. Throws `CLOCK_PROMISE` where an entry
   * returns one.
   */
  runPlain(done: () => boolean, limitMs = Number.POSITIVE_INFINITY): boolean {
    while (!done()) {
      const entry = this.#due(limitMs);
      if (entry === undefined) return false;
      if (entry.fire() instanceof Promise) throw promised();
    }
    return true;
  }

  /**
   * Fire entries until a promise is settled, for at most `limitMs` from now, and give what it
   * gives. Throws `CLOCK_LIMIT` if it is not.
   */
  async settling<T>(promise: Promise<T>, limitMs: number): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    if (await this.runUntil(() => isSettled, this.#nowMs + limitMs)) return promise;
    throw new TiesError('CLOCK_LIMIT', `Not done after ${limitMs} ms: allow more, or look why.`);
  }

  /** Let `durationMs` of virtual time pass. */
  async advance(durationMs: number): Promise<void> {
    const limitMs = this.#nowMs + durationMs;
    await this.runUntil(() => false, limitMs);
    this.#nowMs = limitMs;
  }

  /** When the next entry is due, at most the limit; now where there is neither. */
  #nextMs(limitMs: number): number {
    while (this.#heap[0]?.cancelled) this.#removeTop();
    const untilMs = Math.min(this.#heap[0]?.atMs ?? limitMs, limitMs);
    return Number.isFinite(untilMs) ? untilMs : this.#nowMs;
  }

  /** The next entry, at its time, or none up to the limit, and then it is that time. */
  #due(limitMs: number): Entry | undefined {
    const entry = this.#pop();
    if (entry === undefined) return undefined;
    if (entry.atMs > limitMs) {
      this.#insert(entry);
      this.#nowMs = limitMs;
      return undefined;
    }
    this.#nowMs = entry.atMs;
    this.#fired += 1;
    return entry;
  }

  #push(delayMs: number, fire: Entry['fire']): Entry {
    const atMs = this.#nowMs + Math.max(0, delayMs);
    const entry = { atMs, sequence: this.#sequence++, fire, cancelled: false };
    this.#insert(entry);
    return entry;
  }

  #insert(entry: Entry): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, heap[parent] as Entry)) break;
      heap[index] = heap[parent] as Entry;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry | undefined {
    for (;;) {
      const top = this.#heap[0];
      if (top === undefined) return undefined;
      this.#removeTop();
      if (!top.cancelled) return top;
    }
  }

  #removeTop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && before(right, heap[child] as Entry)) child += 1;
      if (!before(heap[child] as Entry, last)) break;
      heap[index] = heap[child] as Entry;
      index = child;
    }
    heap[index] = last;
  }
}

/** Resolves once every promise that can go on without a new event has done so. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const promised = (): TiesError =>
  new TiesError('CLOCK_PROMISE', 'Something in this world is a promise: run it by runUntil.');
