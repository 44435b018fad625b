import { type Observable, Subject } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { Channel, type ChannelInput } from './channel.ts';
import { frameLoss } from './frame-loss.ts';
import type { Position } from './propagation.ts';
import { SimulatedRadio } from './radio.ts';
import type { Departure, Transmission } from './transmission.ts';

export interface MediumInput {
  readonly clock: Clock;
  readonly random: Random;
  /** Probability that a frame is lost at a receiver, independent of all else; default 0. */
  readonly loss?: number;
  /** Loses just the frames for which it holds, at that receiver. */
  readonly lose?: (transmission: Departure, receiverId: string) => boolean;
}

export interface JoinInput {
  readonly modulation: Modulation;
  /** Default `radio-<n>`. */
  readonly id?: string;
  /** Default the origin: all who name none are side by side. */
  readonly position?: Position;
}

export interface Medium {
  /** Hot: every frame, heard by anybody or not, when it has ended and before it is received. */
  readonly transmissions: Observable<Transmission>;
  /** A new radio on the air. An attacker joins like everybody else. */
  join(input: JoinInput): Radio;
}

/**
 * The shared air: true time on air, half duplex, frames that overlap at a receiver lost to it,
 * and losses drawn from the seed. Strong frames do not survive weak ones.
 */
export const simulatedMedium = ({ clock, random, loss = 0, lose }: MediumInput): Medium => {
  const transmissions = new Subject<Transmission>();
  const channels = new Map<string, Channel>();
  const isUnlucky = frameLoss(random, loss);
  const isLost: ChannelInput['isLost'] = (departure, receiverId) => {
    const unlucky = isUnlucky();
    return unlucky || lose?.(departure, receiverId) === true;
  };
  let joined = 0;

  const channelOf = ({ frequencyHz, bandwidthHz, spreadingFactor }: Modulation): Channel => {
    const key = `${frequencyHz} ${bandwidthHz} ${spreadingFactor}`;
    const known = channels.get(key);
    if (known !== undefined) return known;
    const channel = new Channel({ clock, transmissions, isLost });
    channels.set(key, channel);
    return channel;
  };

  return {
    transmissions,
    join: ({ modulation, id, position = { x: 0, y: 0 } }) => {
      joined += 1;
      return new SimulatedRadio({
        id: id ?? `radio-${joined}`,
        position,
        modulation,
        channelOf,
        clock,
      });
    },
  };
};
