import { Subject } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Air } from './air.ts';
import type { Antenna, Arrival, Lock } from './antenna.ts';
import type { Channel } from './channel.ts';
import type { Position } from './path-loss.ts';
import type { Station } from './station.ts';
import type { Outcome } from './transmission.ts';

export type Place = Pick<Station, 'id' | 'position' | 'ppm' | 'turnaroundMs'>;

/** An antenna on this air. */
export class StationAntenna implements Antenna {
  readonly #air: Air;
  readonly #station: Station;
  #channel: Channel | null = null;

  constructor(air: Air, place: Place) {
    this.#air = air;
    this.#station = {
      ...{ ...place, arrivals: new Subject<Arrival>(), gains: new Map(), modulation: null },
      ...{ tunedSinceMs: 0, hearsSinceMs: Number.POSITIVE_INFINITY },
      ...{ sendsUntilMs: Number.NEGATIVE_INFINITY, lockedOn: null },
      lockedUntilMs: Number.NEGATIVE_INFINITY,
      hasLeft: false,
    };
  }

  get id(): string {
    return this.#station.id;
  }

  get arrivals(): Subject<Arrival> {
    return this.#station.arrivals;
  }

  get lock(): Lock {
    const station = this.#station;
    const nowMs = this.#air.nowMs();
    this.#channel?.settle(nowMs);
    const { lockedOn } = station;
    if (lockedOn !== null && this.#air.isStillReceiving(lockedOn, station))
      return nowMs < lockedOn.headerMs ? 'header' : 'payload';
    return this.#channel?.isDetecting(station, nowMs) ? 'preamble' : 'none';
  }

  listen(modulation: Modulation | null): void {
    const station = this.#station;
    const nowMs = this.#air.nowMs();
    this.#forsake('not-listening');
    if (!isSameChannel(station.modulation, modulation)) {
      this.#channel?.delete(station);
      this.#channel = modulation === null ? null : this.#air.channelOf(modulation);
      this.#channel?.add(station);
      station.tunedSinceMs = nowMs;
    }
    station.modulation = modulation;
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
    this.#air.forget(this.#station);
    this.#station.position = position;
  }

  leave(): void {
    this.listen(null);
    this.#station.hasLeft = true;
    this.#air.forget(this.#station);
    this.#station.arrivals.complete();
  }

  /** Give up what is being received. */
  #forsake(why: Outcome): void {
    const station = this.#station;
    const nowMs = this.#air.nowMs();
    this.#channel?.settle(nowMs);
    const { lockedOn } = station;
    // What has ended at this very moment has arrived, though it may not have been dealt with yet.
    if (lockedOn !== null && lockedOn.endMs > nowMs) lockedOn.fates.set(station, why);
    station.lockedOn = null;
    station.lockedUntilMs = Math.min(station.lockedUntilMs, nowMs);
  }
}

const isSameChannel = (a: Modulation | null, b: Modulation | null): boolean =>
  a?.frequencyHz === b?.frequencyHz &&
  a?.bandwidthHz === b?.bandwidthHz &&
  a?.spreadingFactor === b?.spreadingFactor;
