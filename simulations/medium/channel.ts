import { isOfChannel, type Reception } from './reception.ts';
import { detectedMs, type Signal } from './signal.ts';
import type { Station } from './station.ts';

/** Stations tuned to one bandwidth and spreading factor: those that can lock on its frames. */
export class Channel {
  readonly #reception: Reception;
  readonly #stations = new Set<Station>();
  /** Frames whose sync word is still to come, or was not looked at yet, the earliest first. */
  readonly #approaching: Signal[] = [];

  constructor(reception: Reception) {
    this.#reception = reception;
  }

  add(station: Station): void {
    this.#stations.add(station);
  }

  delete(station: Station): void {
    this.#stations.delete(station);
  }

  begin(signal: Signal): void {
    const later = this.#approaching.findIndex(({ syncMs }) => syncMs > signal.syncMs);
    this.#approaching.splice(later === -1 ? this.#approaching.length : later, 0, signal);
  }

  /**
   * Let stations lock on the frames whose sync word has passed. Nothing happens of itself at that
   * moment, so it is enough to do this before anybody asks, tunes or sends.
   */
  settle(nowMs: number): void {
    for (;;) {
      const signal = this.#approaching[0];
      if (signal === undefined || signal.syncMs > nowMs) return;
      this.#approaching.shift();
      for (const station of this.#stations) this.#meet(signal, station);
    }
  }

  /** Whether a station is in the middle of a preamble, as far as its modem can tell. */
  isDetecting(station: Station, nowMs: number): boolean {
    return this.#approaching.some(
      (signal) =>
        station.hearsSinceMs <= signal.criticalMs &&
        detectedMs(signal, station.hearsSinceMs) <= nowMs &&
        signal.untilMs > nowMs &&
        signal.sender !== station &&
        isTunedTo(station, signal) &&
        this.#reception.canTell(signal, station, [signal.startMs, nowMs]),
    );
  }

  #meet(signal: Signal, station: Station): void {
    if (signal.sender === station || !isTunedTo(station, signal)) return;
    if (station.tunedSinceMs > signal.criticalMs) return;
    signal.fates.set(station, this.#reception.begin(signal, station));
  }
}

const isTunedTo = ({ modulation }: Station, signal: Signal): boolean =>
  modulation !== null && isOfChannel(modulation, signal.modulation);
