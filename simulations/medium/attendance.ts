import type { Attention } from '../../drivers/radio/interface.ts';
import { BROADCAST } from '../../protocol/identity.ts';
import { destinationOf, sourceOf } from '../../protocol/lora/addresses.ts';
import type { Station } from './station.ts';

/** Who has to come to which frame as it ends; who is called nothing costs nothing. */
export class Attendance {
  readonly #attentions = new Map<Station, Attention | null>();
  readonly #toAll = new Set<Station>();
  readonly #to = new Map<number, Set<Station>>();
  readonly #from = new Map<number, Set<Station>>();

  /** Null: to every frame. */
  set(station: Station, attention: Attention | null): void {
    this.delete(station);
    this.#attentions.set(station, attention);
    if (attention === null) this.#toAll.add(station);
    for (const address of attention?.to ?? []) enter(this.#to, address, station);
    for (const address of attention?.from ?? []) enter(this.#from, address, station);
  }

  delete(station: Station): void {
    const attention = this.#attentions.get(station);
    this.#attentions.delete(station);
    this.#toAll.delete(station);
    for (const address of attention?.to ?? []) strike(this.#to, address, station);
    for (const address of attention?.from ?? []) strike(this.#from, address, station);
  }

  of(frame: Uint8Array): ReadonlySet<Station> {
    const [destination, source] = [destinationOf(frame), sourceOf(frame)];
    if (destination === BROADCAST) return new Set(this.#attentions.keys());
    const to = destination === null ? undefined : this.#to.get(destination);
    const from = source === null ? undefined : this.#from.get(source);
    // Mostly it is one of them: nothing is copied then.
    const all = [this.#toAll, to ?? NONE, from ?? NONE].filter(({ size }) => size > 0);
    return all.length > 1 ? new Set(all.flatMap((some) => [...some])) : (all[0] ?? NONE);
  }
}

const NONE: ReadonlySet<Station> = new Set();

type ByAddress = Map<number, Set<Station>>;

const enter = (all: ByAddress, address: number, station: Station): void => {
  const known = all.get(address);
  if (known === undefined) all.set(address, new Set([station]));
  else known.add(station);
};

const strike = (all: ByAddress, address: number, station: Station): void => {
  const known = all.get(address);
  known?.delete(station);
  if (known?.size === 0) all.delete(address);
};
