import { fromDb } from './decibel.ts';
import { distanceM, type PathLoss } from './path-loss.ts';
import type { Station } from './station.ts';

/** From one antenna to another; the same both ways. */
export interface Gain {
  readonly db: number;
  readonly factor: number;
}

/** What of its power a signal keeps from one station to another, worked out once a pair. */
export class LinkBudget {
  readonly #pathLoss: PathLoss;

  constructor(pathLoss: PathLoss) {
    this.#pathLoss = pathLoss;
  }

  gain(from: Station, to: Station): Gain {
    const known = from.gains.get(to);
    if (known !== undefined) return known;
    const db = -this.#pathLoss(distanceM(from.position, to.position));
    const gain = { db, factor: fromDb(db) };
    from.gains.set(to, gain);
    to.gains.set(from, gain);
    return gain;
  }

  /** Forget what was worked out for a station that moved or is gone. */
  forget(station: Station): void {
    for (const other of station.gains.keys()) other.gains.delete(station);
    station.gains.clear();
  }
}
