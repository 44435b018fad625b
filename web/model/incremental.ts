import type { Happening } from './journal.ts';

/** Something gathered from happenings in their order; asked for an earlier moment it begins anew. */
export class Incremental<State> {
  readonly #make: () => State;
  readonly #step: (state: State, happening: Happening, place: number) => void;
  #state: State;
  #read = 0;

  constructor(
    make: () => State,
    step: (state: State, happening: Happening, place: number) => void,
  ) {
    this.#make = make;
    this.#step = step;
    this.#state = make();
  }

  /** What was known from this place on does not hold any more. */
  forget(from: number): void {
    if (from >= this.#read) return;
    this.#state = this.#make();
    this.#read = 0;
  }

  after(happenings: readonly Happening[], count: number): State {
    this.forget(count);
    for (; this.#read < count; this.#read += 1)
      this.#step(this.#state, happenings[this.#read] as Happening, this.#read);
    return this.#state;
  }
}
