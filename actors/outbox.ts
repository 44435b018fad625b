import type { Sealed } from './station.ts';

/** Messages of one protocol run: a repeat sends the same bytes, so the receiver knows it again. */
export class Outbox {
  readonly #sealed = new Map<string, Promise<Sealed>>();

  once(label: string, make: () => Promise<Sealed> | Sealed): Promise<Sealed> {
    let sealed = this.#sealed.get(label);
    if (sealed === undefined) {
      sealed = Promise.resolve().then(make);
      this.#sealed.set(label, sealed);
      sealed.catch(() => this.#sealed.delete(label));
    }
    return sealed;
  }
}
