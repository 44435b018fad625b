import type { Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { Attendance } from './attendance.ts';
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
import type { Outcome, Sent, Transmission } from './transmission.ts';

export interface AirInput extends ReceptionInput {
  readonly clock: Clock;
  readonly sent: Subject<Sent>;
  readonly transmissions: Subject<Transmission>;
  readonly coupling: Coupling;
}

/** All that is on the air, and what becomes of it. */
export class Air {
  readonly #input: AirInput;
  readonly #reception: Reception;
  readonly #channels = new Map<string, Channel>();
  readonly #onAir = new Set<Signal>();
  readonly attendance = new Attendance();
  #begun = 0;

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
    const channel = new Channel(this.#reception, modulation);
    this.#channels.set(key, channel);
    return channel;
  }

  /** Put a frame on the air; `done` is called when its last bit has gone. Returns how to cut it off. */
  begin(sender: Station, frame: Uint8Array, modulation: Modulation, done: () => void): () => void {
    const { clock, coupling } = this.#input;
    this.#begun += 1;
    const startMs = clock.now();
    const signal = signalOf({ number: this.#begun, sender, frame, modulation, startMs });
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

  /** Let a station come to all that there was. */
  settle(station: Station): void {
    station.channel?.settle(station, this.nowMs());
  }

  settleAll(): void {
    for (const { stations } of this.#channels.values())
      for (const station of stations) this.settle(station);
  }

  /** Hand over what arrived. */
  tell({ arrived, arrivals }: Station): void {
    for (let next = arrived.shift(); next !== undefined; next = arrived.shift())
      arrivals.next(next);
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
    this.#onAir.delete(signal);
    const { sender, frame, modulation, startMs, endMs, untilMs } = signal;
    const channel = this.channelOf(modulation);
    const { sent, transmissions, lose } = this.#input;
    const concerned = this.attendance.of(frame);
    // Who watches them all, or has a say in each, is told of each.
    const isWatched = transmissions.observed || lose !== null;
    const came = isWatched ? channel.stations : concerned;
    for (const station of came) if (station.channel === channel) channel.settle(station, endMs);
    const airtimeMs = untilMs - startMs;
    const whole = { radioId: sender.id, frame, modulation, startMs, endMs: untilMs, airtimeMs };
    sent.next(whole);
    if (transmissions.observed)
      transmissions.next({
        ...whole,
        outcomes: outcomesOf(signal),
        strongest: () => this.#strongest(signal),
      });
    for (const station of concerned) this.tell(station);
    if (isWatched) for (const station of channel.stations) this.tell(station);
  }
}

const outcomesOf = ({ fates }: Signal): ReadonlyMap<string, Outcome> => {
  const outcomes = new Map<string, Outcome>();
  for (const [{ id }, fate] of fates) if (fate !== null) outcomes.set(id, fate);
  return outcomes;
};
