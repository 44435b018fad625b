/** A reading that waits. */
export interface Waiting {
  /** Rises by one from reading to reading, over restarts too while any waits. */
  readonly id: number;
  readonly payload: Uint8Array;
}

/** How far a peer has got. */
export interface Place {
  /** Id of the first reading that it has not been sent. */
  readonly next: number;
  /** Readings it will never get, since the device was first switched on. */
  readonly dropped: number;
}

/** What a store brings back. */
export interface Kept {
  readonly readings: readonly Waiting[];
  readonly places: Readonly<Record<string, Place>>;
}

/** Readings that are kept: 17 hours of one a minute. */
export const MAX_KEPT = 1024;
/** What a peer that restarted may have missed, though the link acknowledged it, is sent again. */
export const RESENT = 16;

/** Readings in the order they were measured, and how far each peer has got. */
export class ReadingQueue {
  readonly #readings: Waiting[];
  readonly #places = new Map<string, Place>();
  /** Boot epoch of a peer, and what it was sent since that was first seen. */
  readonly #reached = new Map<string, { readonly epoch: number; readonly since: number }>();
  #end: number;

  constructor(peers: readonly string[], { readings, places }: Kept = { readings: [], places: {} }) {
    this.#readings = [...readings];
    const first = readings[0]?.id ?? 0;
    this.#end = (readings.at(-1)?.id ?? -1) + 1;
    for (const peer of peers) {
      const { next = first, dropped = 0 } = places[peer] ?? {};
      this.#places.set(peer, { next: Math.min(Math.max(next, first), this.#end), dropped });
    }
  }

  get peers(): readonly string[] {
    return [...this.#places.keys()];
  }

  get places(): Readonly<Record<string, Place>> {
    return Object.fromEntries(this.#places);
  }

  /** What some peer has not been sent, oldest first. */
  get unsent(): readonly Waiting[] {
    const first = this.#least;
    return this.#readings.filter(({ id }) => id >= first);
  }

  /** Take in a reading; the peers for whom the oldest had to go. */
  push(payload: Uint8Array): readonly string[] {
    this.#readings.push({ id: this.#end, payload });
    this.#end += 1;
    if (this.#readings.length <= MAX_KEPT) return [];
    const { id } = this.#readings.shift() as Waiting;
    const losing = this.peers.filter((peer) => this.#place(peer).next <= id);
    for (const peer of losing) {
      const { dropped } = this.#place(peer);
      this.#places.set(peer, { next: id + 1, dropped: dropped + 1 });
    }
    return losing;
  }

  next(peer: string): Waiting | null {
    const { next } = this.#place(peer);
    return this.#readings.find(({ id }) => id >= next) ?? null;
  }

  waiting(peer: string): number {
    return this.#end - this.#place(peer).next;
  }

  dropped(peer: string): number {
    return this.#place(peer).dropped;
  }

  /** The peer was sent this one. */
  sent(peer: string, id: number): void {
    const place = this.#place(peer);
    this.#places.set(peer, { ...place, next: Math.max(place.next, id + 1) });
    const kept = this.#least - RESENT;
    while ((this.#readings[0]?.id ?? kept) < kept) this.#readings.shift();
  }

  /** The peer is of this epoch now; if that is another than before, it is sent the last ones again. */
  reached(peer: string, epoch: number): void {
    const place = this.#place(peer);
    const before = this.#reached.get(peer);
    if (before?.epoch === epoch) return;
    const first = this.#readings[0]?.id ?? place.next;
    const since = before?.since ?? place.next;
    const next = Math.max(place.next - RESENT, since, first);
    this.#places.set(peer, { ...place, next });
    this.#reached.set(peer, { epoch, since: next });
  }

  #place(peer: string): Place {
    return this.#places.get(peer) as Place;
  }

  get #least(): number {
    return Math.min(...[...this.#places.values()].map(({ next }) => next));
  }
}
