import { fromDb } from './decibel.ts';
import { distanceM, type PathLoss } from './path-loss.ts';
import type { Shadowing } from './shadowing.ts';
import type { Signal } from './signal.ts';
import type { Station } from './station.ts';

/** From one antenna to another; the same both ways. */
export interface Gain {
  readonly db: number;
  readonly factor: number;
}

/** What of its power a signal keeps from one station to another, worked out once a pair. */
export class LinkBudget {
  readonly #pathLoss: PathLoss;
  readonly #shadowing: Shadowing;

  constructor(pathLoss: PathLoss, shadowing: Shadowing) {
    this.#pathLoss = pathLoss;
    this.#shadowing = shadowing;
  }

  gain(from: Station, to: Station): Gain {
    const known = from.gains.get(to);
    if (known !== undefined) return known;
    const lossDb = this.#pathLoss(distanceM(from.position, to.position));
    const db = -(lossDb + this.#shadowing(from.id, to.id));
    const gain = { db, factor: fromDb(db) };
    if (from.hasLeft || to.hasLeft) return gain;
    from.gains.set(to, gain);
    to.gains.set(from, gain);
    return gain;
  }

  /** Power of a signal at a station. */
  receivedMw({ sender, powerMw }: Signal, station: Station): number {
    return powerMw * this.gain(sender, station).factor;
  }

  /** Forget what was worked out for a station that moved or is gone. */
  forget(station: Station): void {
    for (const other of station.gains.keys()) other.gains.delete(station);
    station.gains.clear();
  }
}
