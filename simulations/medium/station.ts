import type { Subject } from 'rxjs';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Arrival } from './antenna.ts';
import type { Channel } from './channel.ts';
import type { Gain } from './link-budget.ts';
import type { Position } from './path-loss.ts';
import type { Signal } from './signal.ts';

/** How far a station came: the next frame, as the nth of a busy period. */
export interface Place {
  period: number;
  index: number;
}

/** What the air knows of an antenna. */
export interface Station {
  readonly id: string;
  /** Of those on its air the first is 1. */
  readonly number: number;
  position: Position;
  /** How many millionths its carrier is too high. */
  readonly ppm: number;
  /** From the end of its own frame until it can hear. */
  readonly turnaroundMs: number;
  readonly arrivals: Subject<Arrival>;
  /** To the other stations, as far as asked for. */
  readonly gains: Map<Station, Gain>;
  /** What it is set to hear, and since when; a station that sends is deaf, but stays tuned. */
  modulation: Modulation | null;
  /** Where frames of that are; null where it is set to hear none. */
  channel: Channel | null;
  tunedSinceMs: number;
  /** Infinite while it does not hear. */
  hearsSinceMs: number;
  /** Infinite while it sends. */
  sendsUntilMs: number;
  /** The frame it is in the middle of; it began with the end of its preamble. */
  lockedOn: Signal | null;
  /** Until when it was in the middle of one. */
  lockedUntilMs: number;
  /** Frames it locked on whose end it has not come to yet. */
  readonly open: Set<Signal>;
  /** Where it is among the frames of its channel. */
  readonly place: Place;
  /** What arrived and was not told yet, the earliest first. */
  readonly arrived: Arrival[];
  /** Its last frame may still be on the air. */
  hasLeft: boolean;
}
