import type { Modulation } from '../../protocol/lora/modulation.ts';
import { isOverwhelmed } from './interference.ts';
import type { LinkBudget } from './link-budget.ts';
import type { Signal } from './signal.ts';
import type { Station } from './station.ts';
import type { Departure, Outcome } from './transmission.ts';

/** A LoRa receiver bears carriers a quarter of its bandwidth apart (SX1276 datasheet, §4.1.1.4). */
const FREQUENCY_TOLERANCE = 0.25;

export interface ReceptionInput {
  readonly links: LinkBudget;
  /** Least power at an antenna at which a modulation's preamble is found. */
  readonly sensitivityMw: (modulation: Modulation) => number;
  /** Whether a frame that would arrive is lost at this receiver. */
  readonly isLost: (departure: Departure, receiverId: string) => boolean;
}

/** What became of a frame at a station that was locked on it, and whether its CRC is ever checked. */
export interface Ending {
  readonly outcome: Outcome;
  readonly hasArrived: boolean;
}

/** How one receiver gets, or misses, one frame. */
export class Reception {
  readonly #input: ReceptionInput;

  constructor(input: ReceptionInput) {
    this.#input = input;
  }

  isInReach(signal: Signal, station: Station): boolean {
    const { links, sensitivityMw } = this.#input;
    const gain = links.gain(signal.sender, station).factor;
    return signal.powerMw * gain >= sensitivityMw(signal.modulation);
  }

  /** At the end of a sync word: null if the station is locked on the frame now. */
  begin(signal: Signal, station: Station): Outcome | null {
    const { criticalMs, syncMs } = signal;
    if (!this.isInReach(signal, station)) return 'below-sensitivity';
    if (station.sendsUntilMs > criticalMs) return 'half-duplex';
    if (station.hearsSinceMs > criticalMs) return 'not-listening';
    if (signal.untilMs < syncMs) return 'cut-off';
    this.#releaseWithoutHeader(station, syncMs);
    if (station.lockedUntilMs > criticalMs) return 'collision';
    const spoiled = this.#spoiled(signal, station, [criticalMs, syncMs]);
    if (spoiled !== null) return spoiled;
    if (signal.modulation.syncWord !== station.modulation?.syncWord) return 'sync-word';
    station.lockedOn = signal;
    station.lockedUntilMs = signal.endMs;
    return null;
  }

  /** Whether a station that is locked on a frame now has not lost its header meanwhile. */
  hasHeader(signal: Signal, station: Station): boolean {
    const { syncMs, headerMs } = signal;
    return (
      signal.untilMs >= headerMs && this.#spoiled(signal, station, [syncMs, headerMs]) === null
    );
  }

  /** At the last bit of a frame, for a station that was locked on it until then. */
  end(signal: Signal, station: Station): Ending {
    const { sender, frame, startMs, syncMs, headerMs, endMs, untilMs } = signal;
    if (untilMs < endMs) return { outcome: 'cut-off', hasArrived: untilMs >= headerMs };
    const early = this.#spoiled(signal, station, [syncMs, headerMs]);
    if (early !== null) return { outcome: early, hasArrived: false };
    const late = this.#spoiled(signal, station, [headerMs, endMs]);
    if (late !== null) return { outcome: late, hasArrived: true };
    const isLost = this.#input.isLost({ radioId: sender.id, frame, startMs }, station.id);
    return { outcome: isLost ? 'loss' : 'received', hasArrived: true };
  }

  /** A header that is not understood sends the modem back to looking for preambles. */
  #releaseWithoutHeader(station: Station, nowMs: number): void {
    const { lockedOn } = station;
    if (lockedOn === null || lockedOn.headerMs > nowMs || this.hasHeader(lockedOn, station)) return;
    station.lockedUntilMs = lockedOn.headerMs;
  }

  #spoiled(signal: Signal, station: Station, during: readonly [number, number]): Outcome | null {
    return isOverwhelmed(signal, station, during, this.#input.links) ? 'collision' : null;
  }
}

/** Whether a station tuned to the one hears the other as a frame of its channel. */
export const isOfChannel = (tuned: Modulation, signal: Modulation): boolean =>
  tuned.bandwidthHz === signal.bandwidthHz &&
  tuned.spreadingFactor === signal.spreadingFactor &&
  Math.abs(tuned.frequencyHz - signal.frequencyHz) <= FREQUENCY_TOLERANCE * tuned.bandwidthHz;
