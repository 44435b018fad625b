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

/** So many distances are remembered, and then all forgotten. */
const MAX_DISTANCES = 65_536;

/**
 * What of its power a signal keeps from one station to another: worked out once a distance, or once
 * a pair where obstacles make pairs differ.
 */
export class LinkBudget {
  readonly #pathLoss: PathLoss;
  readonly #shadowing: Shadowing | null;
  readonly #byDistance = new Map<number, Gain>();

  constructor(pathLoss: PathLoss, shadowing: Shadowing | null) {
    this.#pathLoss = pathLoss;
    this.#shadowing = shadowing;
  }

  gain(from: Station, to: Station): Gain {
    if (this.#shadowing === null) return this.#over(distanceM(from.position, to.position));
    const known = from.gains.get(to);
    if (known !== undefined) return known;
    const lossDb = this.#pathLoss(distanceM(from.position, to.position));
    const gain = gainOf(lossDb + this.#shadowing(from.id, to.id));
    if (from.hasLeft || to.hasLeft) return gain;
    from.gains.set(to, gain);
    to.gains.set(from, gain);
    return gain;
  }

  /** Power of a signal at a station. */
  receivedMw({ sender, powerMw }: Signal, station: Station): number {
    return powerMw * this.gain(sender, station).factor;
  }

  #over(metres: number): Gain {
    const known = this.#byDistance.get(metres);
    if (known !== undefined) return known;
    if (this.#byDistance.size === MAX_DISTANCES) this.#byDistance.clear();
    const gain = gainOf(this.#pathLoss(metres));
    this.#byDistance.set(metres, gain);
    return gain;
  }

  /** Forget what was worked out for a station that moved or is gone. */
  forget(station: Station): void {
    for (const other of station.gains.keys()) other.gains.delete(station);
    station.gains.clear();
  }
}

const gainOf = (lossDb: number): Gain => ({ db: -lossDb, factor: fromDb(-lossDb) });
