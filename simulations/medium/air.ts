import type { Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { Channel } from './channel.ts';
import { type Coupling, spectralShare } from './coupling.ts';
import { fromDb, toDb } from './decibel.ts';
import { interfere } from './interference.ts';
import { noiseDbm } from './noise.ts';
import {
  isOfChannel,
  Reception,
  type ReceptionInput,
  type Strength,
  wholeKilohertz,
} from './reception.ts';
import { type Signal, signalOf } from './signal.ts';
import type { Station } from './station.ts';
import type { Outcome, Transmission } from './transmission.ts';

export interface AirInput extends ReceptionInput {
  readonly clock: Clock;
  readonly transmissions: Subject<Transmission>;
  readonly coupling: Coupling;
}

/** All that is on the air, and what becomes of it. */
export class Air {
  readonly #input: AirInput;
  readonly #reception: Reception;
  readonly #channels = new Map<string, Channel>();
  readonly #onAir = new Set<Signal>();

  constructor(input: AirInput) {
    this.#input = input;
    this.#reception = new Reception(input);
  }

  nowMs(): number {
    return this.#input.clock.now();
  }

  channelOf(modulation: Modulation): Channel {
    const key = `${wholeKilohertz(modulation)} ${modulation.spreadingFactor}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const channel = new Channel(this.#reception);
    this.#channels.set(key, channel);
    return channel;
  }

  /** Put a frame on the air; `done` is called when its last bit has gone. Returns how to cut it off. */
  begin(sender: Station, frame: Uint8Array, modulation: Modulation, done: () => void): () => void {
    const { clock, coupling } = this.#input;
    const signal = signalOf(sender, frame, modulation, clock.now());
    interfere(signal, this.#onAir, coupling);
    this.#onAir.add(signal);
    this.channelOf(modulation).begin(signal);
    sender.sendsUntilMs = signal.endMs;
    clock.setTimeout(() => {
      this.#end(signal);
      if (signal.untilMs === signal.endMs) done();
    }, signal.endMs - signal.startMs);
    return () => {
      if (signal.untilMs <= clock.now()) return;
      signal.untilMs = clock.now();
      sender.sendsUntilMs = signal.untilMs;
    };
  }

  /** Whether chirps of a modulation have been in reach of a station throughout since then. */
  hasChirps(station: Station, modulation: Modulation, sinceMs: number): boolean {
    const nowMs = this.nowMs();
    for (const signal of this.#onAir) {
      const throughout = signal.startMs <= sinceMs && signal.untilMs > nowMs;
      if (!throughout || signal.sender === station) continue;
      if (!isOfChannel(modulation, signal.modulation)) continue;
      if (this.#reception.canTell(signal, station, [sinceMs, nowMs])) return true;
    }
    return false;
  }

  /** What a station hears in a channel now, noise included. */
  powerDbm(station: Station, channel: Modulation): number {
    const nowMs = this.nowMs();
    const { links, noiseBursts } = this.#input;
    let mw = fromDb(noiseDbm(channel.bandwidthHz)) + noiseBursts.peakMw(station.id, nowMs, nowMs);
    for (const signal of this.#onAir) {
      if (signal.sender === station || signal.untilMs <= nowMs) continue;
      mw += links.receivedMw(signal, station) * spectralShare(channel, signal.modulation);
    }
    return toDb(mw);
  }

  isStillReceiving(signal: Signal, station: Station): boolean {
    return this.nowMs() < signal.headerMs || this.#reception.hasHeader(signal, station);
  }

  forget(station: Station): void {
    this.#input.links.forget(station);
  }

  #strongest(signal: Signal): Strength | null {
    let best: Strength | null = null;
    for (const station of signal.fates.keys()) {
      const heard = this.#reception.reported(signal, station);
      if (best === null || heard.rssiDbm > best.rssiDbm) best = heard;
    }
    return best;
  }

  #end(signal: Signal): void {
    this.channelOf(signal.modulation).settle(signal.endMs);
    this.#onAir.delete(signal);
    const { sender, frame, modulation, startMs, untilMs } = signal;
    const outcomes = new Map<string, Outcome>();
    const arrivals: (readonly [Station, boolean])[] = [];
    for (const [station, fate] of signal.fates) {
      const { outcome, hasArrived } =
        fate === null ? this.#reception.end(signal, station) : { outcome: fate, hasArrived: false };
      if (station.lockedOn === signal) station.lockedOn = null;
      outcomes.set(station.id, outcome);
      if (hasArrived) arrivals.push([station, outcome === 'received']);
    }
    // Others that are still on the air go on knowing of it; what it knows of them is done with.
    signal.interferers.length = 0;
    const airtimeMs = untilMs - startMs;
    this.#input.transmissions.next({
      ...{ radioId: sender.id, frame, modulation, startMs, endMs: untilMs, airtimeMs, outcomes },
      strongest: () => this.#strongest(signal),
    });
    for (const [station, isIntact] of arrivals) {
      if (!station.arrivals.observed) continue;
      station.arrivals.next(this.#reception.arrival(signal, station, isIntact));
    }
  }
}
