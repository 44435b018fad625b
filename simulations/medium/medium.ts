import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { Air, type AirInput } from './air.ts';
import type { Antenna } from './antenna.ts';
import { spectralOverlap } from './coupling.ts';
import { fromDb } from './decibel.ts';
import { frameLoss } from './frame-loss.ts';
import { LinkBudget } from './link-budget.ts';
import { logDistance, type PathLoss, type Position } from './path-loss.ts';
import { SimulatedRadio } from './radio.ts';
import { StationAntenna } from './station-antenna.ts';
import type { Departure, Transmission } from './transmission.ts';

/** How much stronger than others of its kind a signal has to be to survive them (Bor et al. 2016). */
const CAPTURE_DB = 6;

export interface MediumInput {
  readonly clock: Clock;
  readonly random: Random;
  /** Probability that a frame is lost at a receiver, independent of all else; default 0. */
  readonly loss?: number;
  /** Loses just the frames for which it holds, at that receiver. */
  readonly lose?: (transmission: Departure, receiverId: string) => boolean;
  /** Default LoRaSim's. */
  readonly pathLoss?: PathLoss;
}

export interface AttachInput {
  /** Default `radio-<n>`. */
  readonly id?: string;
  /** Default the origin: all who name none are side by side. */
  readonly position?: Position;
}

export interface JoinInput extends AttachInput {
  readonly modulation: Modulation;
}

export interface Medium {
  /** Hot: every frame, heard by anybody or not, when it has ended and before it is received. */
  readonly transmissions: Observable<Transmission>;
  /** A new antenna on the air, which listens for nothing yet. */
  attach(input?: AttachInput): Antenna;
  /** A new radio on the air. An attacker joins like everybody else. */
  join(input: JoinInput): Radio;
}

/** The shared air. Unless told otherwise, radios that name no position are side by side. */
export const simulatedMedium = (input: MediumInput): Medium => {
  const { clock, random, loss = 0, lose, pathLoss = logDistance() } = input;
  const transmissions = new Subject<Transmission>();
  const isUnlucky = frameLoss(random, loss);
  const isLost: AirInput['isLost'] = (departure, receiverId) => {
    const unlucky = isUnlucky();
    return unlucky || lose?.(departure, receiverId) === true;
  };
  const capture = fromDb(CAPTURE_DB);
  const weightOf: AirInput['weightOf'] = (victim, other) =>
    victim.spreadingFactor === other.spreadingFactor && victim.bandwidthHz === other.bandwidthHz
      ? capture * spectralOverlap(victim, other)
      : 0;
  const air = new Air({ clock, links: new LinkBudget(pathLoss), transmissions, weightOf, isLost });
  let attached = 0;

  const attach = ({ id, position = { x: 0, y: 0 } }: AttachInput = {}): Antenna => {
    attached += 1;
    return new StationAntenna(air, id ?? `radio-${attached}`, position);
  };

  return {
    transmissions,
    attach,
    join: ({ modulation, ...place }) => new SimulatedRadio(attach(place), modulation, clock),
  };
};
