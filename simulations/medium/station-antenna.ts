import { Subject } from 'rxjs';
import type { Attention } from '../../drivers/radio/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Air } from './air.ts';
import type { Antenna, Arrival, Lock } from './antenna.ts';
import type { Position } from './path-loss.ts';
import type { Station } from './station.ts';
import type { Outcome } from './transmission.ts';

export type Site = Pick<Station, 'id' | 'number' | 'position' | 'ppm' | 'turnaroundMs'>;

/** An antenna on this air. */
export class StationAntenna implements Antenna {
  readonly #air: Air;
  readonly #station: Station;
  #attention: Attention | null = null;
  /** Before that there is nothing it could be told, as of who only sends. */
  #hasListened = false;

  constructor(air: Air, site: Site) {
    this.#air = air;
    this.#station = {
      ...{ ...site, arrivals: new Subject<Arrival>(), gains: new Map() },
      ...{ modulation: null, channel: null },
      ...{ tunedSinceMs: 0, hearsSinceMs: Number.POSITIVE_INFINITY },
      ...{ sendsUntilMs: Number.NEGATIVE_INFINITY, lockedOn: null },
      lockedUntilMs: Number.NEGATIVE_INFINITY,
      ...{ open: new Set(), place: { period: 0, index: 0 }, arrived: [] },
      hasLeft: false,
    };
  }

  get id(): string {
    return this.#station.id;
  }

  get arrivals(): Subject<Arrival> {
    return this.#station.arrivals;
  }

  attend(attention: Attention | null): void {
    this.catchUp();
    this.#attention = attention;
    if (this.#hasListened) this.#air.attendance.set(this.#station, attention);
  }

  catchUp(): void {
    this.#air.settle(this.#station);
    this.#air.tell(this.#station);
  }

  get lock(): Lock {
    const station = this.#station;
    const nowMs = this.#air.nowMs();
    this.#air.settle(station);
    const { lockedOn } = station;
    if (lockedOn !== null && this.#air.isStillReceiving(lockedOn, station))
      return nowMs < lockedOn.headerMs ? 'header' : 'payload';
    return station.channel?.isDetecting(station, nowMs) ? 'preamble' : 'none';
  }

  listen(modulation: Modulation | null): void {
    const station = this.#station;
    const nowMs = this.#air.nowMs();
    this.#forsake('not-listening');
    if (!isSameChannel(station.modulation, modulation)) {
      station.channel?.delete(station);
      station.channel = modulation === null ? null : this.#air.channelOf(modulation);
      station.channel?.add(station);
      station.tunedSinceMs = nowMs;
    }
    station.modulation = modulation;
    if (modulation !== null && !this.#hasListened) {
      this.#hasListened = true;
      this.#air.attendance.set(station, this.#attention);
    }
    station.hearsSinceMs =
      modulation === null
        ? Number.POSITIVE_INFINITY
        : Math.max(nowMs, station.sendsUntilMs + station.turnaroundMs);
  }

  transmit(frame: Uint8Array, modulation: Modulation, done: () => void): () => void {
    const station = this.#station;
    if (station.sendsUntilMs > this.#air.nowMs())
      throw new TiesError('RADIO_BUSY', 'The antenna is sending: cut that off, or wait.');
    this.#forsake('half-duplex');
    station.hearsSinceMs = Number.POSITIVE_INFINITY;
    return this.#air.begin(station, frame, modulation, done);
  }

  detects(modulation: Modulation, sinceMs: number): boolean {
    return this.#air.hasChirps(this.#station, modulation, sinceMs);
  }

  powerDbm(modulation: Modulation): number {
    return this.#air.powerDbm(this.#station, modulation);
  }

  moveTo(position: Position): void {
    // What others have not come to yet was sent from where it is now.
    this.#air.settleAll();
    this.#air.forget(this.#station);
    this.#station.position = position;
  }

  leave(): void {
    this.listen(null);
    this.#station.hasLeft = true;
    this.#hasListened = false;
    this.#air.attendance.delete(this.#station);
    this.#air.forget(this.#station);
    this.#station.arrivals.complete();
  }

  /** Give up what is being received. */
  #forsake(why: Outcome): void {
    const station = this.#station;
    const nowMs = this.#air.nowMs();
    // What ends at this very moment arrives.
    this.#air.settle(station);
    const { lockedOn } = station;
    if (lockedOn !== null) {
      lockedOn.fates.set(station, why);
      station.open.delete(lockedOn);
    }
    station.lockedOn = null;
    station.lockedUntilMs = Math.min(station.lockedUntilMs, nowMs);
  }
}

const isSameChannel = (a: Modulation | null, b: Modulation | null): boolean =>
  a?.frequencyHz === b?.frequencyHz &&
  a?.bandwidthHz === b?.bandwidthHz &&
  a?.spreadingFactor === b?.spreadingFactor;
