import type { Kept } from './hub.ts';
import type { Gap, InspectEvent } from './interface.ts';
import type { Trail } from './trail.ts';

/** What a reader has from the hub. */
export interface Source {
  opening(): Generator<InspectEvent>;
  present(): Generator<InspectEvent>;
  /** Be told once when there is more; returns how to be told no more. */
  wait(wake: () => void): () => void;
  leave(): void;
}

const textOf = (kept: Kept): string => (typeof kept === 'string' ? kept : JSON.stringify(kept()));

/** One viewer's place in what is kept. What it missed it is told, and where all stand then. */
export class Reader {
  readonly #trail: Trail<Kept>;
  readonly #source: Source;
  #next = 0;
  /** What comes before the next event of the trail. */
  #first: Generator<InspectEvent> | null;
  /** Whether it has yet to be told how all are doing, which is so once it has caught up. */
  #isBehind = true;
  #forget: () => void = () => undefined;

  constructor(trail: Trail<Kept>, source: Source) {
    this.#trail = trail;
    this.#source = source;
    this.#first = source.opening();
  }

  /** The next events, each as JSON, together of about so many bytes; none if there are none yet. */
  read(maxBytes: number): string[] {
    if (this.#first !== null) {
      const texts = this.#drawn(this.#first, maxBytes);
      if (texts.length > 0) return texts;
      this.#first = null;
    }
    const { items, next, lost } = this.#trail.since(this.#next, maxBytes);
    const isFirst = this.#next === 0;
    this.#next = next;
    if (items.length === 0 && this.#isBehind) {
      this.#isBehind = false;
      this.#first = this.#source.present();
      return this.read(maxBytes);
    }
    if (lost === 0 || isFirst) return items.map(textOf);
    this.#isBehind = true;
    return [JSON.stringify({ type: '@ties.gap', lost } satisfies Gap), ...items.map(textOf)];
  }

  /** Call back once when there is something to read. */
  whenMore(wake: () => void): void {
    this.#forget();
    if (this.#trail.end > this.#next) wake();
    else this.#forget = this.#source.wait(wake);
  }

  close(): void {
    this.#forget();
    this.#source.leave();
  }

  #drawn(events: Generator<InspectEvent>, maxBytes: number): string[] {
    const texts: string[] = [];
    for (let bytes = 0; bytes < maxBytes; ) {
      const { value, done } = events.next();
      if (done) break;
      const text = JSON.stringify(value);
      texts.push(text);
      bytes += text.length;
    }
    return texts;
  }
}
