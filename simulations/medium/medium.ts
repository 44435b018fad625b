import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { Air } from './air.ts';
import type { Antenna } from './antenna.ts';
import { coupling } from './coupling.ts';
import { LinkBudget } from './link-budget.ts';
import { type NoiseBursts, noNoiseBursts } from './noise-bursts.ts';
import { type PacketErrors, sharpFloor } from './packet-error.ts';
import { logDistance, type PathLoss, type Position } from './path-loss.ts';
import { SimulatedRadio } from './radio.ts';
import { numberedDraws } from './random-draws.ts';
import { croce2018, type Rejection } from './rejection.ts';
import type { Shadowing } from './shadowing.ts';
import { StationAntenna } from './station-antenna.ts';
import type { Departure, Sent, Transmission } from './transmission.ts';

/** What a frame survives of its own kind (Bor et al., MSWiM 2016, §3.3). */
const CAPTURE_DB = 6;

export interface MediumInput {
  readonly clock: Clock;
  readonly random: Random;
  /** Probability that a frame is lost at a receiver, independent of all else; default 0. */
  readonly loss?: number;
  /** Loses just the frames for which it holds, at that receiver; asked of each that would arrive. */
  readonly lose?: (transmission: Departure, receiverId: string) => boolean;
  /** Default LoRaSim's. */
  readonly pathLoss?: PathLoss;
  /** Default none. */
  readonly shadowing?: Shadowing;
  /** How much stronger than all others of its kind a frame has to be to survive; default 6 dB. */
  readonly captureDb?: number;
  /** How spreading factors disturb each other; default as Croce et al. measured. */
  readonly rejection?: Rejection;
  /** What noise does near the demodulation floor; default `sharpFloor`. */
  readonly packetErrors?: PacketErrors;
  /** Default none. */
  readonly noiseBursts?: NoiseBursts;
}

export interface AttachInput {
  /** Default `radio-<n>`. */
  readonly id?: string;
  /** Default the origin: all who name none are side by side. */
  readonly position?: Position;
  /** How many millionths the crystal is fast, and so the carrier too high; default 0. */
  readonly ppm?: number;
  /** From the end of a frame it sent until it can hear; default 0. */
  readonly turnaroundMs?: number;
}

export interface JoinInput extends AttachInput {
  readonly modulation: Modulation;
}

export interface Medium {
  /** Hot: every frame, heard by anybody or not, when it has ended and before it is received. */
  readonly sent: Observable<Sent>;
  /**
   * Hot: the same, and what became of each at every receiver. That costs as much as they are many:
   * while nobody watches, who is not concerned comes to a frame when it looks, or never.
   */
  readonly transmissions: Observable<Transmission>;
  /** A new antenna on the air, which listens for nothing yet. */
  attach(input?: AttachInput): Antenna;
  /** A new radio on the air. An attacker joins like everybody else. */
  join(input: JoinInput): Radio;
}

/** The shared air. Unless told otherwise, radios that name no position are side by side. */
export const simulatedMedium = (input: MediumInput): Medium => {
  const { clock, random, loss = 0, lose } = input;
  const { pathLoss = logDistance(), shadowing = null } = input;
  const { captureDb = CAPTURE_DB, rejection = croce2018 } = input;
  const { packetErrors = sharpFloor, noiseBursts = noNoiseBursts } = input;
  const sent = new Subject<Sent>();
  const transmissions = new Subject<Transmission>();
  const air = new Air({
    ...{ clock, sent, transmissions, packetErrors, noiseBursts, loss },
    links: new LinkBudget(pathLoss, shadowing),
    coupling: coupling(captureDb, rejection),
    draw: numberedDraws(random),
    lose: lose ?? null,
  });
  let attached = 0;

  const attach: Medium['attach'] = ({
    id,
    position = { x: 0, y: 0 },
    ppm = 0,
    turnaroundMs = 0,
  } = {}) => {
    attached += 1;
    const site = { number: attached, position, ppm, turnaroundMs };
    return new StationAntenna(air, { id: id ?? `radio-${attached}`, ...site });
  };

  return {
    sent,
    transmissions,
    attach,
    join: ({ modulation, ...place }) => {
      const { ppm = 0 } = place;
      return new SimulatedRadio({ antenna: attach(place), modulation, clock, ppm });
    },
  };
};
