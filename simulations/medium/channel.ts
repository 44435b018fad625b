import type { Modulation } from '../../protocol/lora/modulation.ts';
import { memoryMs } from '../../transports/lora/heard.ts';
import { isOfFrequency, type Reception } from './reception.ts';
import { detectedMs, type Signal } from './signal.ts';
import type { Station } from './station.ts';

/** Frames one of which began before the others had ended, by when their sync words end. */
interface BusyPeriod {
  readonly sinceMs: number;
  untilMs: number;
  signals: Signal[];
}

/**
 * What was on the air lately at one bandwidth and spreading factor, and the stations tuned to it,
 * which can lock on that. Nothing happens of itself at a station while frames pass: it is enough
 * that it comes to them before it is asked, tunes or sends. What ended longer ago than a radio
 * remembers (`memoryMs`) no station need come to any more; and as no lock goes on over a pause,
 * it can begin with any busy period.
 */
export class Channel {
  readonly stations = new Set<Station>();
  readonly #reception: Reception;
  readonly #memoryMs: number;
  /** The latest last; how many there were before. */
  readonly #periods: BusyPeriod[] = [];
  #forgotten = 0;

  constructor(reception: Reception, modulation: Modulation) {
    this.#reception = reception;
    this.#memoryMs = memoryMs(modulation);
  }

  add(station: Station): void {
    this.stations.add(station);
    // Which of these it is in time for follows from when it tuned.
    Object.assign(station.place, { period: this.#latest, index: 0 });
  }

  delete(station: Station): void {
    this.stations.delete(station);
  }

  begin(signal: Signal): void {
    const period = this.#periodAt(signal.startMs);
    period.untilMs = Math.max(period.untilMs, signal.endMs);
    const later = period.signals.findLastIndex(({ syncMs }) => syncMs <= signal.syncMs) + 1;
    period.signals.splice(later, 0, signal);
  }

  /** Let a station lock on the frames whose sync word has passed, and have those that have ended. */
  settle(station: Station, nowMs: number): void {
    this.#forget(nowMs);
    for (;;) {
      const signal = this.#next(station);
      if (signal === null || signal.syncMs > nowMs) break;
      station.place.index += 1;
      this.#meet(signal, station);
    }
    this.#end(station, nowMs);
  }

  /** Whether a station is in the middle of a preamble, as far as its modem can tell. */
  isDetecting(station: Station, nowMs: number): boolean {
    const approaching = this.#periods.at(-1)?.signals ?? [];
    for (let index = approaching.length - 1; index >= 0; index -= 1) {
      const signal = approaching[index] as Signal;
      if (signal.syncMs <= nowMs) return false;
      const isDetected =
        station.hearsSinceMs <= signal.criticalMs &&
        detectedMs(signal, station.hearsSinceMs) <= nowMs &&
        signal.untilMs > nowMs &&
        signal.sender !== station &&
        isTunedTo(station, signal) &&
        this.#reception.canTell(signal, station, [signal.startMs, nowMs]);
      if (isDetected) return true;
    }
    return false;
  }

  get #latest(): number {
    return this.#forgotten + this.#periods.length - 1;
  }

  /** The one that a frame belongs to which begins now. */
  #periodAt(nowMs: number): BusyPeriod {
    this.#forget(nowMs);
    const latest = this.#periods.at(-1);
    if (latest !== undefined && nowMs < latest.untilMs) {
      if (nowMs - latest.sinceMs > this.#memoryMs) this.#shorten(latest, nowMs);
      return latest;
    }
    const period = { sinceMs: nowMs, untilMs: nowMs, signals: [] };
    this.#periods.push(period);
    return period;
  }

  #forget(nowMs: number): void {
    for (;;) {
      const [oldest] = this.#periods;
      if (oldest === undefined || oldest.untilMs >= nowMs - this.#memoryMs) return;
      this.#periods.shift();
      this.#forgotten += 1;
      for (const { interferers } of oldest.signals) interferers.length = 0;
    }
  }

  /** On a channel that is never quiet all come to what has ended, so that it can be forgotten. */
  #shorten(period: BusyPeriod, nowMs: number): void {
    for (const station of this.stations) this.settle(station, nowMs);
    const ended = period.signals.filter(({ endMs }) => endMs <= nowMs);
    for (const { interferers } of ended) interferers.length = 0;
    period.signals = period.signals.filter(({ endMs }) => endMs > nowMs);
    Object.assign(period, { sinceMs: nowMs });
    const index = period.signals.findLastIndex(({ syncMs }) => syncMs <= nowMs) + 1;
    for (const { place } of this.stations) Object.assign(place, { period: this.#latest, index });
  }

  #next({ place }: Station): Signal | null {
    if (place.period < this.#forgotten) Object.assign(place, { period: this.#forgotten, index: 0 });
    for (;;) {
      const period = this.#periods[place.period - this.#forgotten];
      const signal = period?.signals[place.index];
      if (signal !== undefined) return signal;
      // More may come to the latest.
      if (period === undefined || place.period === this.#latest) return null;
      Object.assign(place, { period: place.period + 1, index: 0 });
    }
  }

  #meet(signal: Signal, station: Station): void {
    if (signal.sender === station || !isTunedTo(station, signal)) return;
    if (station.tunedSinceMs > signal.criticalMs) return;
    const fate = this.#reception.begin(signal, station);
    signal.fates.set(station, fate);
    if (fate === null) station.open.add(signal);
  }

  /** What a station was locked on that has ended by then. */
  #end(station: Station, nowMs: number): void {
    for (const signal of station.open) {
      if (signal.endMs > nowMs) continue;
      station.open.delete(signal);
      const { outcome, hasArrived } = this.#reception.end(signal, station);
      if (station.lockedOn === signal) station.lockedOn = null;
      signal.fates.set(station, outcome);
      if (!hasArrived || !station.arrivals.observed) continue;
      const { arrived } = station;
      arrived.push(this.#reception.arrival(signal, station, outcome === 'received'));
      const oldestMs = nowMs - this.#memoryMs;
      while (arrived[0] !== undefined && arrived[0].endMs < oldestMs) arrived.shift();
    }
  }
}

const isTunedTo = ({ modulation }: Station, signal: Signal): boolean =>
  modulation !== null && isOfFrequency(modulation, signal.modulation);
