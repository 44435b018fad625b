import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Arrival } from './antenna.ts';
import { fromDb } from './decibel.ts';
import { isOverwhelmed } from './interference.ts';
import type { LinkBudget } from './link-budget.ts';
import type { NoiseBursts } from './noise-bursts.ts';
import type { PacketErrors } from './packet-error.ts';
import type { Signal } from './signal.ts';
import type { Station } from './station.ts';
import type { Departure, Outcome } from './transmission.ts';

/** The modem bears an error of a quarter of its bandwidth (SX1276 datasheet, §4.1.5). */
const FREQUENCY_TOLERANCE = 0.25;
/** RegPktSnrValue is a signed byte of quarter decibels (SX1276 datasheet, §6.4). */
const GREATEST_SNR_DB = 31.75;

/** What is drawn of a frame at a receiver. */
const DRAW = { error: 1, loss: 2 } as const;

export interface ReceptionInput {
  readonly links: LinkBudget;
  readonly packetErrors: PacketErrors;
  readonly noiseBursts: NoiseBursts;
  /** Numbers in [0, 1) by what they are for, so that it is all one who asks first. */
  readonly draw: (...of: readonly number[]) => number;
  /** Probability that a frame is lost at a receiver, whatever else there is. */
  readonly loss: number;
  /** Loses others that would arrive. */
  readonly lose: ((departure: Departure, receiverId: string) => boolean) | null;
}

/** What became of a frame at a station that was locked on it, and whether its CRC is ever checked. */
export interface Ending {
  readonly outcome: Outcome;
  readonly hasArrived: boolean;
}

/** How well a frame arrives. */
export interface Strength {
  readonly rssiDbm: number;
  readonly snrDb: number;
}

type Span = readonly [fromMs: number, toMs: number];

/** How one receiver gets, or misses, one frame. */
export class Reception {
  readonly #input: ReceptionInput;
  readonly #reach: number;

  constructor(input: ReceptionInput) {
    this.#input = input;
    this.#reach = fromDb(-input.packetErrors.reachDb);
  }

  /** Whether a station can tell that somebody sends, throughout this time. */
  canTell(signal: Signal, station: Station, during: Span): boolean {
    return (
      this.#isInReach(signal, station) &&
      isNearEnough(signal, station) &&
      !this.#isDrowned(signal, station, during)
    );
  }

  /** At the end of a sync word: null if the station is locked on the frame now. */
  begin(signal: Signal, station: Station): Outcome | null {
    const { criticalMs, syncMs, modulation } = signal;
    if (!this.#isInReach(signal, station)) return 'below-sensitivity';
    if (station.sendsUntilMs > criticalMs) return 'half-duplex';
    if (station.hearsSinceMs > criticalMs) return 'not-listening';
    if (signal.untilMs < syncMs) return 'cut-off';
    if (!isNearEnough(signal, station)) return 'frequency-error';
    this.#releaseWithoutHeader(station, syncMs);
    if (station.lockedUntilMs > criticalMs) return 'collision';
    const spoiled = this.#spoiled(signal, station, [criticalMs, syncMs]);
    if (spoiled !== null) return spoiled;
    if (modulation.syncWord !== station.modulation?.syncWord) return 'sync-word';
    station.lockedOn = signal;
    station.lockedUntilMs = signal.endMs;
    return null;
  }

  /** Whether a station that was locked on a frame got its header. */
  hasHeader(signal: Signal, station: Station): boolean {
    const { syncMs, headerMs, untilMs } = signal;
    return untilMs >= headerMs && this.#spoiled(signal, station, [syncMs, headerMs]) === null;
  }

  /** At the last bit of a frame, for a station that was locked on it until then. */
  end(signal: Signal, station: Station): Ending {
    const { sender, frame, modulation, startMs, syncMs, headerMs, endMs, untilMs } = signal;
    this.#releaseWithoutHeader(station, endMs);
    if (untilMs < endMs) return { outcome: 'cut-off', hasArrived: this.hasHeader(signal, station) };
    const early = this.#spoiled(signal, station, [syncMs, headerMs]);
    if (early !== null) return { outcome: early, hasArrived: false };
    const late = this.#spoiled(signal, station, [headerMs, endMs]);
    if (late !== null) return { outcome: late, hasArrived: true };
    const { snrDb } = this.#strength(signal, station);
    const { packetErrors, loss, lose } = this.#input;
    const errorRate = packetErrors.rate(snrDb, modulation, frame.length);
    if (this.#happens(errorRate, signal, station, DRAW.error))
      return { outcome: 'below-sensitivity', hasArrived: true };
    const isLost =
      this.#happens(loss, signal, station, DRAW.loss) ||
      lose?.({ radioId: sender.id, frame, startMs }, station.id) === true;
    return { outcome: isLost ? 'loss' : 'received', hasArrived: true };
  }

  arrival(signal: Signal, station: Station, isIntact: boolean): Arrival {
    const { frame, startMs, endMs } = signal;
    const { rssiDbm, snrDb } = this.reported(signal, station);
    // One object, without spreading others into it: there is one for each frame and receiver.
    return {
      frame: frame.slice(),
      startMs,
      endMs,
      isIntact,
      rssiDbm,
      snrDb,
      frequencyErrorHz: frequencyErrorHz(signal, station),
    };
  }

  /** What a receiver tells of a frame's strength. */
  reported(signal: Signal, station: Station): Strength {
    const { rssiDbm, snrDb } = this.#strength(signal, station);
    return { rssiDbm, snrDb: Math.min(GREATEST_SNR_DB, snrDb) };
  }

  #happens(probability: number, signal: Signal, station: Station, what: number): boolean {
    return probability > 0 && this.#input.draw(signal.number, station.number, what) < probability;
  }

  #strength(signal: Signal, station: Station): Strength {
    const { sender, modulation, noiseDbm } = signal;
    const rssiDbm = modulation.powerDbm + this.#input.links.gain(sender, station).db;
    return { rssiDbm, snrDb: rssiDbm - noiseDbm };
  }

  #isInReach(signal: Signal, station: Station): boolean {
    const { leastSnr, noiseMw } = signal;
    return this.#input.links.receivedMw(signal, station) >= this.#reach * leastSnr * noiseMw;
  }

  /** What within a time made a signal unintelligible at a station, if anything did. */
  #spoiled(signal: Signal, station: Station, during: Span): Outcome | null {
    if (isOverwhelmed(signal, station, during, this.#input.links)) return 'collision';
    return this.#isDrowned(signal, station, during) ? 'noise-burst' : null;
  }

  #isDrowned(signal: Signal, station: Station, [fromMs, toMs]: Span): boolean {
    const burstMw = this.#input.noiseBursts.peakMw(station.id, fromMs, toMs);
    if (burstMw === 0) return false;
    const neededMw = signal.leastSnr * (signal.noiseMw + burstMw);
    return this.#input.links.receivedMw(signal, station) < neededMw;
  }

  /** A header that is not understood sends the modem back to looking for preambles. */
  #releaseWithoutHeader(station: Station, nowMs: number): void {
    const { lockedOn } = station;
    if (lockedOn === null || lockedOn.headerMs > nowMs || this.hasHeader(lockedOn, station)) return;
    station.lockedUntilMs = lockedOn.headerMs;
  }
}

/** Whether a station tuned to the one takes the other for a frame of its channel. */
export const isOfChannel = (tuned: Modulation, signal: Modulation): boolean =>
  wholeKilohertz(tuned) === wholeKilohertz(signal) &&
  tuned.spreadingFactor === signal.spreadingFactor &&
  isOfFrequency(tuned, signal);

/** The same, where bandwidth and spreading factor are known to be. */
export const isOfFrequency = (tuned: Modulation, signal: Modulation): boolean =>
  Math.abs(tuned.frequencyHz - signal.frequencyHz) <= FREQUENCY_TOLERANCE * tuned.bandwidthHz;

/** Bandwidths go by rounded names: 7.8 kHz is 7,812.5 Hz (SX1276 datasheet, RegModemConfig1). */
export const wholeKilohertz = ({ bandwidthHz }: Modulation): number =>
  Math.round(bandwidthHz / 1000);

const isNearEnough = (signal: Signal, station: Station): boolean =>
  Math.abs(frequencyErrorHz(signal, station)) <=
  FREQUENCY_TOLERANCE * signal.modulation.bandwidthHz;

/** Sender's carrier less the receiver's. */
const frequencyErrorHz = ({ sender, modulation }: Signal, station: Station): number => {
  const tunedHz = station.modulation?.frequencyHz ?? modulation.frequencyHz;
  return carrierHz(modulation.frequencyHz, sender) - carrierHz(tunedHz, station);
};

const carrierHz = (frequencyHz: number, { ppm }: Station): number => frequencyHz * (1 + ppm * 1e-6);
